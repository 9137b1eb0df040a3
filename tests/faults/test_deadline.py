"""A consumer begins what ends before its function's timeout, and hands the other messages back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from chalicelib.consumers import computing, list_worker, settle, worker
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.queues import Queue
from tests.faults.faulty_aws import FaultyAws
from tests.support.builders import set_chunk_size, submit_list, submit_number
from tests.support.outcomes import PRIME, assert_finished

N = TypeVar("N")
T = TypeVar("T")


@pytest.mark.parametrize("queue", [Queue.TASKS, Queue.LISTS])
def test_messages_without_time_left_are_handed_back_with_all_of_their_receives(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, queue: Queue
) -> None:
    """Each screening takes 7 s of a function's 30 s, so that an invocation finishes four of ten messages."""
    set_chunk_size(monkeypatch, 1)
    remaining = 30.0

    def slow(compute: Callable[[N], T]) -> Callable[[N], T]:
        def compute_slowly(numbers: N) -> T:
            nonlocal remaining
            remaining -= 7.0
            assert remaining > 0, "the function has exceeded its timeout"
            return compute(numbers)

        return compute_slowly

    def remaining_seconds() -> float:
        return remaining

    monkeypatch.setattr(worker, "screen_thoroughly", slow(worker.screen_thoroughly))
    monkeypatch.setattr(list_worker, "screen_chunk", slow(list_worker.screen_chunk))
    tasks: list[tuple[str, int | list[int]]] = [(submit_number(PRIME), PRIME) for _ in range(10)]
    if queue is Queue.LISTS:
        tasks = [(submit_list([PRIME] * 10), [PRIME] * 10)]
    for left in (6, 2, 0):
        records = aws_with_faults.receive(queue)
        assert {record["attributes"]["ApproximateReceiveCount"] for record in records} == {"1"}
        remaining = 30.0
        assert aws_with_faults.deliver(queue, records, remaining_seconds) == []
        assert len(aws_with_faults.sqs.in_queue(queue)) == left
    for task_id, submitted in tasks:
        assert_finished(task_id, submitted)


def test_a_chunk_is_screened_in_a_child_only_with_the_time_that_it_takes(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "screening_seconds", lambda _: 10.0)
    given: list[float] = []

    def screen_in_child(numbers: list[int], deadline_seconds: float, *_: object) -> list[Result]:
        given.append(deadline_seconds)
        return [screen(number) for number in numbers]

    monkeypatch.setattr(computing, "screen_in_child", screen_in_child)
    task_id = submit_list([PRIME])
    for remaining in (12.0, computing.MARGIN_SECONDS + 9.0, computing.MARGIN_SECONDS + 11.0):
        records = aws_with_faults.receive(Queue.LISTS)
        assert aws_with_faults.deliver(Queue.LISTS, records, lambda seconds=remaining: seconds) == []  # type: ignore[misc]
    assert given == [11.0], "the deadlines in seconds"
    assert_finished(task_id, [PRIME])
