"""Screening a chunk of a list, in the consumer's process or in a child process."""

from __future__ import annotations

from chalicelib.consumers.batch import Batch, Record
from chalicelib.consumers.heartbeat import HEARTBEAT_SECONDS, Cancelled, send_heartbeat
from chalicelib.primality import batch as screening
from chalicelib.primality.batch import ChunkResults
from chalicelib.primality.child import screen_in_child
from chalicelib.primality.progress import Progress
from chalicelib.store import lists, packing
from chalicelib.store import tasks as store
from chalicelib.tasks.messages import ChunkMessage
from chalicelib.tasks.status import Status


def is_open(task_id: str) -> bool:
    """Return whether a list's chunks are still to be screened: not after a cancel, nor after the list expired."""
    task = store.read(task_id)
    return task is not None and task.status is not Status.REVOKED


def screen_chunk(batch: Batch, record: Record, message: ChunkMessage) -> None:
    """Screen a chunk in this process and write its results."""
    _write(batch, record, message, screening.screen_chunk(message.numbers))


def screen_chunk_in_child(batch: Batch, record: Record, message: ChunkMessage) -> None:
    """Screen a chunk in a child process, which a cancel stops, and write its results.

    Raises:
        TimeoutError: the function's time does not suffice.
        ChildDied: the child process ended without a result.
    """

    def on_progress(_: Progress) -> None:
        send_heartbeat(batch, record)
        if not is_open(message.task_id):
            raise Cancelled

    try:
        send_heartbeat(batch, record)
        numbers = [int(number, 16) for number in message.numbers.split(" ")]
        results = screen_in_child(numbers, batch.seconds_to_compute(), on_progress, HEARTBEAT_SECONDS)
    except Cancelled:
        batch.invocation.count("stale")
        return
    if results is None:
        raise TimeoutError("the chunk was not screened in the time that a function has")
    _write(batch, record, message, screening.join_results(results))


def _write(batch: Batch, record: Record, message: ChunkMessage, results: ChunkResults) -> None:
    if lists.write_chunk(message, packing.pack(results.text), results.primes, record.receive_count):
        batch.invocation.count("chunks")
        batch.invocation.count("finished", message.count)
    else:
        batch.invocation.count("stale")
