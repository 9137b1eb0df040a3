"""A message may come twice, late, out of order and to two at once: its task has one end, and the first stays."""

from __future__ import annotations

from itertools import permutations

import pytest

from chalicelib.settings import settings
from chalicelib.tasks import chunks, steer, submit, table
from chalicelib.tasks.task import Item
from tests.aws import Record, receive
from tests.faults.injection import KILLED_AFTER, Line
from tests.faults.world import (
    HARD_PRIME,
    HUGE,
    ONE,
    PRIME,
    SQUARE,
    Consume,
    assert_list_right,
    assert_right,
    bury,
    deliver,
    drain,
    prove,
    task_of,
    work,
)

pytestmark = pytest.mark.usefixtures("short_chunks")
LIST = [PRIME, ONE, SQUARE]


@pytest.fixture
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every number of a list a chunk of its own."""
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 1)


def on_tasks() -> list[Record]:
    """Take what is on the tasks queue."""
    return receive(settings().tasks_queue_url)


def on_proofs() -> list[Record]:
    """Take what is on the proofs queue."""
    return receive(settings().proofs_queue_url)


def record_of(task_id: str) -> Item | None:
    """Return a task's record as the table has it."""
    return table.get(task_id, table.TASK)


@pytest.mark.parametrize("number", [PRIME, SQUARE, ONE, HARD_PRIME, HUGE], ids=["p", "square", "one", "hard", "huge"])
def test_a_duplicate_after_the_end_changes_nothing(aws: None, number: int) -> None:
    task_id = submit.submit_number(number)
    first = on_tasks()
    deliver(work, first)
    second = on_proofs()
    deliver(prove, second)
    assert_right(task_id, number)
    end = record_of(task_id)
    for consume, records in [(work, first), (prove, second), (bury, first), (bury, second)]:
        assert deliver(consume, records) == []
        assert record_of(task_id) == end
    drain()
    assert record_of(task_id) == end


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
def test_chunks_in_any_order_each_twice_are_counted_once(aws: None, order: tuple[int, ...]) -> None:
    task_id = submit.submit_list(LIST)
    records = on_tasks()
    for index in order:
        assert deliver(work, [records[index], records[index]]) == []
        assert deliver(work, [records[index]]) == []
    assert_list_right(task_id, LIST)
    end = record_of(task_id)
    for record in records:
        deliver(work, [record])
        deliver(bury, [record])
    assert record_of(task_id) == end


def test_a_message_that_comes_late_finds_its_task_proven_and_leaves_it_so(aws: None) -> None:
    task_id = submit.submit_number(HARD_PRIME)
    late = on_tasks()
    deliver(work, late)
    deliver(prove, on_proofs())
    end = record_of(task_id)
    deliver(work, late)
    assert record_of(task_id) == end
    assert on_proofs() == [], "it is not proven again"


@pytest.mark.parametrize("consume", [work, bury], ids=["worker", "dead-letters"])
def test_a_message_that_comes_after_a_cancel_changes_nothing(aws: None, consume: Consume) -> None:
    single, many = submit.submit_number(PRIME), submit.submit_list(LIST)
    records = on_tasks()
    for task_id in (single, many):
        steer.cancel(task_id)
    ends = [record_of(single), record_of(many)]
    assert deliver(consume, records) == []
    assert [record_of(single), record_of(many)] == ends


def test_a_failed_list_stays_failed_when_its_chunk_is_answered_late_and_a_retry_ends_it(aws: None) -> None:
    task_id = submit.submit_list(LIST)
    first, *others = on_tasks()
    deliver(bury, [first])
    failed = task_of(task_id)
    deliver(work, [*others, first])
    late = task_of(task_id)
    assert (failed.status, late.status, late.finished_at, late.error) == (
        "FAILURE",
        "FAILURE",
        failed.finished_at,
        failed.error,
    )
    steer.retry(task_id)
    drain()
    assert_list_right(task_id, LIST)


def test_a_chunk_that_dies_between_its_results_and_their_count_can_be_tried_again(aws: None, line: Line) -> None:
    task_id = submit.submit_list([PRIME])
    records = on_tasks()
    with line.broken(KILLED_AFTER, 0):
        assert deliver(work, records)
    assert line.made == ["PutItem"]
    deliver(bury, records)
    assert task_of(task_id).status == "FAILURE"
    steer.retry(task_id)
    drain()
    assert_list_right(task_id, [PRIME])
