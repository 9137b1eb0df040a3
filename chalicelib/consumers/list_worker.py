"""The list worker and the long list worker: they screen the chunks of lists, and factor their numbers."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.consumers import computing, factoring
from chalicelib.consumers.outcomes import FinishedChunk, HandBack, Outcome, Record, Stale
from chalicelib.consumers.settle import Batch, Consumer
from chalicelib.primality.chunk_screening import screen_chunk
from chalicelib.queues import Queue
from chalicelib.store import list_results
from chalicelib.tasks.messages import ChunkMessage

#: A chunk is not begun later than this before its function's timeout, in seconds. It takes half a second of a core; on
#: one machine, where others use the cores, that is many times as long.
MARGIN_SECONDS = 30.0


def screen_numbers(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen or factor the numbers of a chunk: one of a long list in a child process, which a cancel ends."""
    message = record.message
    if not isinstance(message, ChunkMessage):
        raise TypeError("the queue of chunks got a single number")
    if message.task_id not in batch.open_lists:
        batch.open_lists[message.task_id] = list_results.read_open(message.task_id)
    open_list = batch.open_lists[message.task_id]
    if open_list is None or not open_list.needs(message):
        yield Stale(record)
    elif batch.queue is Queue.LONG_LISTS:
        compute = factoring.factor_chunk if message.factors else computing.screen_chunk
        yield compute(batch, record, message)
    elif batch.remaining_seconds() > MARGIN_SECONDS:
        results = factoring.results_of(message) if message.factors else screen_chunk(message.numbers)
        yield FinishedChunk(record, message, results)
    else:
        yield HandBack(record)


LIST_WORKER = Consumer(screen_numbers)
