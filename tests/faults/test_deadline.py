"""A consumer begins what ends before its function's timeout, and hands the other messages back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from chalicelib.consumers import list_worker, worker
from chalicelib.queues import QUEUES, Queue
from tests.faults.faulty_aws import FaultyAws
from tests.support.builders import set_chunk_size, submit_list, submit_number
from tests.support.outcomes import PRIME, assert_finished

N = TypeVar("N")
T = TypeVar("T")


@pytest.mark.parametrize(("queue", "lefts"), [(Queue.TASKS, (6, 2, 0)), (Queue.LISTS, (5, 0))])
def test_messages_without_time_left_are_handed_back_with_all_of_their_receives(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, queue: Queue, lefts: tuple[int, ...]
) -> None:
    """Each screening takes 7 s: a worker finishes four of ten messages in its 30 s, a list worker five in its 60 s."""
    set_chunk_size(monkeypatch, 1)
    remaining = timeout = float(QUEUES[queue].timeout_seconds)

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
    for left in lefts:
        records = aws_with_faults.receive(queue)
        assert {record["attributes"]["ApproximateReceiveCount"] for record in records} == {"1"}
        remaining = timeout
        assert aws_with_faults.deliver(queue, records, remaining_seconds) == []
        assert len(aws_with_faults.sqs.in_queue(queue)) == left
    for task_id, submitted in tasks:
        assert_finished(task_id, submitted)
