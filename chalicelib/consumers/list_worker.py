"""The list worker: screens the chunks of lists."""

from __future__ import annotations

from operator import itemgetter

from chalicelib import queues
from chalicelib.consumers import queue_choice
from chalicelib.consumers.batch import Batch
from chalicelib.consumers.chunks import is_open, screen_chunk, screen_chunk_in_child
from chalicelib.numbers.cost import screening_seconds
from chalicelib.queues import Queue
from chalicelib.tasks.messages import ChunkMessage

#: A chunk with a number that takes longer to screen is screened in a child process, in seconds: a cancel stops it.
MAX_INLINE_SECONDS = 1.0


def screen_chunks(batch: Batch) -> None:
    """Screen a batch of chunks, the cheap ones first, and write their results."""
    open_lists: dict[str, bool] = {}
    for bits, record in sorted(((record.message.bits, record) for record in batch.records), key=itemgetter(0)):
        # What the largest number takes; the others take CHUNK_SECONDS at most.
        message, seconds = record.message, screening_seconds(bits)
        if not isinstance(message, ChunkMessage):
            batch.schedule_retry(record, TypeError("the queue of chunks got a single number"))
            continue
        try:
            if message.task_id not in open_lists:
                open_lists[message.task_id] = is_open(message.task_id)
            if not open_lists[message.task_id]:
                batch.invocation.count("stale")
            elif queue_choice.queue_of_screening(bits) is Queue.LONG_PROOFS:
                queues.send_all(Queue.LONG_PROOFS, [message])
                batch.invocation.count("forwarded")
            elif not _has_time_for(batch, seconds):
                batch.hand_back(record)
            elif seconds > MAX_INLINE_SECONDS:
                screen_chunk_in_child(batch, record, message)
            else:
                screen_chunk(batch, record, message)
        except Exception as error:  # noqa: BLE001 - one bad message must not delay the rest of its batch
            batch.schedule_retry(record, error)


def _has_time_for(batch: Batch, seconds: float) -> bool:
    if seconds > MAX_INLINE_SECONDS:
        return batch.seconds_to_compute() > seconds
    return batch.has_time_for(seconds)
