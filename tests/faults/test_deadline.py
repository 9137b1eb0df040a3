"""A consumer stops before its function's timeout: a proof ends with the known result, other work is handed back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TypeVar

import pytest

from chalicelib.consumers import computing, list_worker, settle, worker
from chalicelib.consumers.computing import MARGIN_SECONDS as COMPUTE_MARGIN_SECONDS
from chalicelib.primality.chunk_screening import screen_chunk
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen, screen_thoroughly
from chalicelib.queues import Queue
from tests.faults.fault_injection import KILLED_AFTER, KILLED_BEFORE, TRANSIENT_FAULTS, Fault
from tests.faults.faulty_aws import FaultyAws
from tests.support.aws import Record
from tests.support.builders import set_chunk_size, submit_list, submit_number
from tests.support.outcomes import (
    PRIME,
    SQUARE,
    assert_list_finished,
    assert_number_finished,
    list_task,
    number_task,
)

N = TypeVar("N")
T = TypeVar("T")

#: The largest prime below 2^2048: its proof takes about ten seconds.
PROVEN_LATE = 2**2048 - 1_942_289

NUMBERS = [PRIME, SQUARE] * 5

both_consumers = pytest.mark.parametrize("queue", [Queue.TASKS, Queue.LISTS])


class SlowFunction:
    """A function with a timeout of 30 s on a slow machine: each screening takes seven seconds of its remaining time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 30.0
        monkeypatch.setattr(worker, "screen_thoroughly", lambda number: self._spend(screen_thoroughly, number))
        monkeypatch.setattr(list_worker, "screen_chunk", lambda numbers: self._spend(screen_chunk, numbers))

    def remaining_seconds(self) -> float:
        """Return how long the function may still run."""
        return self.seconds

    def restart(self) -> None:
        """Begin another invocation."""
        self.seconds = 30.0

    def _spend(self, compute: Callable[[N], T], numbers: N) -> T:
        self.seconds -= 7.0
        assert self.seconds > 0, "the function has exceeded its timeout"
        return compute(numbers)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowFunction:
    """Return a slow function."""
    set_chunk_size(monkeypatch, 1)
    return SlowFunction(monkeypatch)


def submit_to(queue: Queue) -> Callable[[], None]:
    """Submit ten numbers, or a list of ten chunks, and return the check that all are finished."""
    if queue is Queue.LISTS:
        task_id = submit_list(NUMBERS)
        return lambda: assert_list_finished(task_id, NUMBERS)
    task_ids = [submit_number(number) for number in NUMBERS]

    def check() -> None:
        for task_id, number in zip(task_ids, NUMBERS, strict=True):
            assert_number_finished(task_id, number)

    return check


def receive_counts(records: list[Record]) -> set[int]:
    """Return how often messages were received, this receive included."""
    return {int(record["attributes"]["ApproximateReceiveCount"]) for record in records}


@both_consumers
def test_messages_without_time_left_are_handed_back_with_all_of_their_receives(
    aws_with_faults: FaultyAws, slow: SlowFunction, queue: Queue
) -> None:
    check_finished = submit_to(queue)
    rounds = 0
    while records := aws_with_faults.receive(queue):
        assert receive_counts(records) == {1}
        slow.restart()
        assert aws_with_faults.deliver(queue, records, slow.remaining_seconds) == []
        rounds += 1
    # An invocation finishes four of ten. If the receive counts grew, tasks would fail after enough invocations.
    assert rounds == 3
    check_finished()


@both_consumers
def test_a_message_with_an_earlier_attempt_is_delivered_again_at_once(
    aws_with_faults: FaultyAws, slow: SlowFunction, queue: Queue
) -> None:
    check_finished = submit_to(queue)
    aws_with_faults.sqs.receive(aws_with_faults.sqs.in_queue(queue))  # by a function that is killed
    records = aws_with_faults.sqs.receive(aws_with_faults.sqs.in_queue(queue))
    again = aws_with_faults.deliver(queue, records, slow.remaining_seconds)
    assert len(again) == 6
    assert receive_counts(again) == {3}
    slow.seconds = 10_000.0
    assert aws_with_faults.deliver(queue, again) == []
    check_finished()


@both_consumers
@pytest.mark.parametrize("fault", [*TRANSIENT_FAULTS, KILLED_BEFORE, KILLED_AFTER], ids=lambda fault: fault.name)
def test_a_fault_while_messages_are_handed_back_loses_none(
    aws_with_faults: FaultyAws, slow: SlowFunction, queue: Queue, fault: Fault
) -> None:
    for at in count():
        check_finished = submit_to(queue)
        records = aws_with_faults.receive(queue)
        slow.seconds = 4.0
        with aws_with_faults.faults.injected(fault, at):
            aws_with_faults.deliver(queue, records, slow.remaining_seconds)
        is_reached = aws_with_faults.faults.is_reached
        while records := aws_with_faults.receive(queue):
            slow.restart()
            aws_with_faults.deliver(queue, records, slow.remaining_seconds)
        slow.seconds = 10_000.0
        aws_with_faults.drain()
        check_finished()
        if not is_reached or at > 4:
            break
    assert at > 0


def test_a_chunk_is_screened_in_a_child_only_with_the_time_that_it_takes(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "screening_seconds", lambda _: 10.0)
    given: list[float] = []

    def screen_in_child(numbers: list[int], deadline_seconds: float, *_: object) -> list[Result] | None:
        given.append(deadline_seconds)
        return [screen(number) for number in numbers] if deadline_seconds >= 10.0 else None

    monkeypatch.setattr(computing, "screen_in_child", screen_in_child)
    task_id = submit_list([PRIME])
    for remaining in (12.0, COMPUTE_MARGIN_SECONDS + 9.0, COMPUTE_MARGIN_SECONDS + 11.0):
        (record,) = aws_with_faults.receive(Queue.LISTS)
        assert aws_with_faults.deliver(Queue.LISTS, [record], lambda seconds=remaining: seconds) == []  # type: ignore[misc]
    assert given == [11.0], "the deadlines in seconds"
    assert_list_finished(task_id, [PRIME])


def test_at_the_deadline_a_probable_prime_is_the_final_result(aws_with_faults: FaultyAws) -> None:
    task_id = submit_number(PROVEN_LATE)
    assert aws_with_faults.forward_to(Queue.PROOFS) == []
    records = aws_with_faults.receive(Queue.LONG_PROOFS)
    remaining = COMPUTE_MARGIN_SECONDS + 1.0
    assert aws_with_faults.deliver(Queue.LONG_PROOFS, records, lambda: remaining) == []
    task = number_task(task_id)
    assert task.status == "SUCCESS"
    assert task.error is None
    assert task.attempts == 1
    assert task.result
    assert task.result.verdict == "probable_prime"
    assert task.result.is_prime
    assert not task.result.proven
    # A second delivery finds the task final and does not start the proof again.
    assert aws_with_faults.deliver(Queue.LONG_PROOFS, records) == []
    assert number_task(task_id) == task


def test_a_list_shows_no_failed_attempt_when_its_chunks_are_handed_back(
    aws_with_faults: FaultyAws, slow: SlowFunction
) -> None:
    task_id = submit_list(NUMBERS)
    slow.seconds = 4.0
    aws_with_faults.deliver(Queue.LISTS, aws_with_faults.receive(Queue.LISTS), slow.remaining_seconds)
    task = list_task(task_id)
    assert task.status == "PENDING"
    assert task.error is None
