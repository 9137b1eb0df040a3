"""The consumers, run by hand on the records of a queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.consumers import dead_letters, list_worker, prover, worker
from chalicelib.consumers.batch import Batch
from chalicelib.queues import Queue
from chalicelib.telemetry import Invocation
from tests.support.aws import Record, acknowledge, receive

#: How long a function may run in the tests, in seconds.
REMAINING_SECONDS = 60.0

HANDLERS: dict[Queue, Callable[[Batch], None]] = {
    Queue.TASKS: worker.screen_numbers,
    Queue.LISTS: list_worker.screen_chunks,
    Queue.PROOFS: prover.prove_numbers,
    Queue.LONG_PROOFS: prover.prove_numbers,
    Queue.DEAD_LETTERS: dead_letters.process_dead_letters,
}


def handle(
    queue: Queue,
    records: list[Record],
    invocation: Invocation | None = None,
    remaining_seconds: Callable[[], float] = lambda: REMAINING_SECONDS,
) -> dict[str, Any]:
    """Run a queue's consumer on records and return its partial batch response."""
    batch = Batch(records, queue, invocation or Invocation("test"), remaining_seconds)
    HANDLERS[queue](batch)
    return batch.partial_batch_response()


def run(queue: Queue) -> int:
    """Run a queue's consumer until the queue is empty; return how many messages it received."""
    received = 0
    while records := receive(queue):
        acknowledge(queue, records, handle(queue, records))
        received += len(records)
    return received


def run_all() -> None:
    """Run all consumers until all queues are empty."""
    while sum(run(queue) for queue in Queue):
        pass


def fail_waiting(queue: Queue) -> list[Record]:
    """Treat the messages of a queue as dead letters and return their records."""
    records = receive(queue)
    assert handle(Queue.DEAD_LETTERS, records) == {"batchItemFailures": []}
    return records
