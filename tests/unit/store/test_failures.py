"""The failed tasks are listed newest first, in pages, whatever shard of the index they are in."""

from __future__ import annotations

import pytest

from chalicelib.queues import Queue
from chalicelib.store import failures
from tests.support.builders import submit_list, submit_number
from tests.support.clock import set_clock
from tests.support.consumers import fail_waiting

pytestmark = pytest.mark.usefixtures("aws")


def fail_one_by_one(count: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the ids of failed tasks, the newest first."""
    clock = set_clock(monkeypatch, 1_800_000_000.0)
    task_ids = []
    for number in range(count):
        task_ids.append(submit_number(number))
        clock.seconds += 1
        fail_waiting(Queue.TASKS)
    return task_ids[::-1]


def test_pages_have_every_failed_task_once_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fail_one_by_one(9, monkeypatch)
    found, before = [], None
    while page := failures.latest(4, before):
        found += [task.task_id for task in page]
        before = page[-1].finished_at
    assert found == expected


def test_a_failed_task_is_listed_with_what_failed_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, 1_800_000_000.0)
    submit_number(10**60 + 7)
    fail_waiting(Queue.TASKS)
    submit_list([1, 2, 3])
    fail_waiting(Queue.LISTS)
    subjects = {task.subject for task in failures.latest(10)}
    assert subjects == {"100000000000…000000000007 (61 digits)", "chunk 1 of 1"}
    assert all(task.error and task.attempts == 5 for task in failures.latest(10))
