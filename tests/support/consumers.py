"""The consumers, run by hand on the records of a queue."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.consumers.dead_letters import fail_task
from chalicelib.consumers.factorizer import factor_number
from chalicelib.consumers.list_worker import screen_numbers
from chalicelib.consumers.prover import prove_number
from chalicelib.consumers.settle import Batch, Decide
from chalicelib.consumers.worker import screen_number
from chalicelib.queues import Queue
from chalicelib.tasks.messages import decode, encode
from chalicelib.telemetry import Invocation
from tests.support.aws import Record as EventRecord
from tests.support.aws import acknowledge, receive

#: How long a function may run in the tests, in seconds.
REMAINING_SECONDS = 60.0

CONSUMERS: dict[Queue, Decide] = {
    Queue.TASKS: screen_number,
    Queue.LISTS: screen_numbers,
    Queue.LONG_LISTS: screen_numbers,
    Queue.PROOFS: prove_number,
    Queue.LONG_PROOFS: prove_number,
    Queue.FACTORS: factor_number,
    Queue.LONG_FACTORS: factor_number,
    Queue.DEAD_LETTERS: fail_task,
}


def batch_of(
    queue: Queue,
    invocation: Invocation | None = None,
    remaining_seconds: Callable[[], float] = lambda: REMAINING_SECONDS,
) -> Batch:
    """Return an empty batch of a queue."""
    return Batch(queue, CONSUMERS[queue], invocation or Invocation("test"), remaining_seconds)


def handle(
    queue: Queue,
    records: list[EventRecord],
    invocation: Invocation | None = None,
    remaining_seconds: Callable[[], float] = lambda: REMAINING_SECONDS,
) -> dict[str, Any]:
    """Run a queue's consumer on records and return its partial batch response."""
    return batch_of(queue, invocation, remaining_seconds).handle(records)


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


def redriven(records: list[EventRecord]) -> list[EventRecord]:
    """Return records of messages that were sent to their first queue from the dead letters once: they fail now."""
    return [each | {"body": encode(replace(decode(each["body"]), redrives=1))} for each in records]


def fail_waiting(queue: Queue) -> list[EventRecord]:
    """Treat the messages of a queue as dead letters and return their records."""
    records = receive(queue)
    assert handle(Queue.DEAD_LETTERS, redriven(records)) == {"batchItemFailures": []}
    return records
