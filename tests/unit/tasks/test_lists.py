"""A list is one task: its chunks are counted once each, and their results are read in its order."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.tasks import chunks, lists, queues, reading, steer, submit, table, worker
from chalicelib.telemetry import Invocation
from tests.aws import receive, run_worker
from tests.spying import spy

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make chunks of three numbers."""
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 3)


def read_all(task_id: str, limit: int = 4) -> list[chunks.Row]:
    rows, cursor = lists.rows(task_id, 1, 0, limit, 10**6)
    while cursor:
        chunk, offset = map(int, cursor.split("."))
        page, cursor = lists.rows(task_id, chunk, offset, limit, 10**6)
        assert len(page) <= limit
        rows += page
    return rows


def test_a_list_is_one_task_with_counts_and_results_in_its_order() -> None:
    numbers = [7, 4, 2, 9, 11, 1, 13]
    task_id = submit.submit_list(numbers)
    assert reading.find(task_id).status == "PENDING"
    run_worker()
    task = reading.find(task_id)
    assert (task.status, task.total, task.primes, task.composites) == ("SUCCESS", 7, 4, 3)
    assert [int(row.number) for row in read_all(task_id)] == numbers
    assert [row.index for row in read_all(task_id)] == list(range(7))


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 100])
def test_pages_of_any_size_give_every_row_once(limit: int) -> None:
    task_id = submit.submit_list(list(range(20)))
    run_worker()
    assert [row.index for row in read_all(task_id, limit)] == list(range(20))


def test_a_page_ends_where_its_numbers_would_pass_what_an_answer_may_have() -> None:
    task_id = submit.submit_list([10**50 + n for n in range(6)])
    run_worker()
    rows, cursor = lists.rows(task_id, 1, 0, limit=100, characters=120)
    assert (len(rows), cursor) == (2, "1.2")


def test_a_list_is_started_when_some_of_its_chunks_are_done_and_shows_how_many() -> None:
    task_id = submit.submit_list(list(range(7)))
    records = receive(settings().tasks_queue_url)
    worker.work(records[:1], Invocation("test"))
    task = reading.find(task_id)
    assert (task.status, task.chunks, task.remaining) == ("STARTED", 3, 2)
    assert len(read_all(task_id)) == 3


def test_a_chunk_delivered_twice_is_counted_once() -> None:
    task_id = submit.submit_list(list(range(7)))
    records = receive(settings().tasks_queue_url)
    for record in (*records, *records):
        worker.work([record], Invocation("test"))
    task = reading.find(task_id)
    assert (task.status, task.primes, task.composites, task.remaining) == ("SUCCESS", 3, 4, 0)


def test_a_list_whose_sending_fails_was_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = spy(monkeypatch, chunks, "split")

    def fail(_: object) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(queues, "send_all", fail)
    with pytest.raises(Unavailable):
        submit.submit_list([1, 2, 3])
    assert table.get(made[0][1], table.TASK) is None


def test_the_chunks_of_a_cancelled_list_change_nothing() -> None:
    task_id = submit.submit_list(list(range(7)))
    steer.cancel(task_id)
    before = table.get(task_id, table.TASK)
    run_worker()
    assert table.get(task_id, table.TASK) == before
    assert reading.find(task_id).status == "REVOKED"


def test_a_list_costs_one_put_one_batch_and_two_calls_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 2_000)
    calls: list[tuple[Any, ...]] = []
    for name in ("create", "put", "update", "insert_all", "get", "parts"):
        spy(monkeypatch, table, name, calls)
    spy(monkeypatch, queues, "_send_batch", calls)
    submit.submit_list([2**63 + n for n in range(10_000)])
    assert [call[0] for call in calls] == ["create", "_send_batch"]
    calls.clear()
    run_worker()
    assert sorted(call[0] for call in calls) == ["put"] * 5 + ["update"] * 5
