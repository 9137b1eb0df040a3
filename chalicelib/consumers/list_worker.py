"""The list worker: screens the chunks of lists."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.consumers import computing
from chalicelib.consumers.outcomes import FinishedChunk, Forward, HandBack, Outcome, Record, Stale
from chalicelib.consumers.routing import next_queue
from chalicelib.consumers.settle import Batch, Consumer
from chalicelib.consumers.worker import MARGIN_SECONDS
from chalicelib.primality.chunk_screening import screen_chunk
from chalicelib.queues import Queue
from chalicelib.store import list_results
from chalicelib.tasks.messages import ChunkMessage

#: A chunk with a number that takes longer to screen is screened in a child process, in seconds: a cancel stops it.
MAX_INLINE_SECONDS = 1.0


def screen_numbers(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen the numbers of a chunk. The largest one is what counts: the others take CHUNK_SECONDS at most."""
    message, seconds = record.message, record.seconds
    if not isinstance(message, ChunkMessage):
        raise TypeError("the queue of chunks got a single number")
    if message.task_id not in batch.open_lists:
        batch.open_lists[message.task_id] = list_results.read_open(message.task_id)
    open_list = batch.open_lists[message.task_id]
    if open_list is None or not open_list.needs(message):
        yield Stale(record)
    elif seconds <= MAX_INLINE_SECONDS:
        has_time = batch.remaining_seconds() > seconds + MARGIN_SECONDS
        yield FinishedChunk(record, message, screen_chunk(message.numbers)) if has_time else HandBack(record)
    elif next_queue(message, None, batch.queue) is Queue.LONG_PROOFS:
        yield Forward(record, Queue.LONG_PROOFS)
    elif computing.seconds_to_compute(batch) <= seconds:
        yield HandBack(record)
    else:
        yield computing.screen_chunk(batch, record, message)


LIST_WORKER = Consumer(screen_numbers)
