"""The results of a batch take as few calls as DynamoDB allows, and a refused result leaves the others."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.errors import Unavailable
from chalicelib.primality.screening import screen
from chalicelib.store import batches, table, transitions
from chalicelib.store.number_results import TaskUpdate, insert_all
from chalicelib.tasks.status import Status
from tests.support.doubles import calls_of, spy, unavailable
from tests.support.tasks import number_message, submit_keyed

pytestmark = pytest.mark.usefixtures("aws")


def update_of(number: int, task_id: str | None = None, **fields: Any) -> TaskUpdate:
    """Return the final result of a number, of a new task unless one is given."""
    message = number_message(number, task_id, **fields)
    return TaskUpdate(message, 1, clock.timestamp(), result=screen(number), is_final=True)


def status_of(update: TaskUpdate) -> Status | None:
    task = transitions.read(update.message.task_id)
    return task.status if task else None


def test_results_with_other_attributes_are_a_call_of_their_own() -> None:
    updates = [update_of(11), update_of(11, expression="10+1"), update_of(13)]
    assert calls_of(lambda: insert_all(updates)) == ["BatchExecuteStatement"] * 2
    assert {status_of(update) for update in updates} == {Status.SUCCESS}


def test_a_task_that_has_an_item_from_the_start_is_updated() -> None:
    task = transitions.read(submit_keyed([11], "key"))
    assert task
    updates = [update_of(11, task.task_id, expires_at=task.expires_at), update_of(13)]
    assert calls_of(lambda: insert_all(updates)) == ["BatchExecuteStatement", "UpdateItem"]
    assert {status_of(update) for update in updates} == {Status.SUCCESS}


def test_a_statement_that_stays_throttled_is_a_fault_and_the_others_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "insert_all", lambda _: ["ThrottlingError", None, "ValidationError"])
    throttled, written, refused = insert_all([update_of(11), update_of(13), update_of(17)])
    assert isinstance(throttled, Unavailable)
    assert written is True
    assert isinstance(refused, RuntimeError)


def test_after_a_call_without_a_response_the_rest_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "insert_all", unavailable)
    called = spy(monkeypatch, batches, "insert_all")
    updates = [update_of(11), update_of(13, expression="10+3"), update_of(17, round=1)]
    outcomes: list[object] = []
    calls = calls_of(lambda: outcomes.extend(insert_all(updates)))
    assert (len(called), calls) == (1, [])
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)


def test_a_task_that_comes_twice_in_a_batch_is_written_once() -> None:
    first = update_of(11)
    assert insert_all([first, update_of(11, first.message.task_id)]) == [True, False]


def test_a_task_that_is_final_keeps_its_item() -> None:
    update = update_of(11)
    assert insert_all([update]) == [True]
    item = table.get(update.message.task_id, table.TASK)
    assert insert_all([update_of(13, update.message.task_id), update_of(13)]) == [False, True]
    assert table.get(update.message.task_id, table.TASK) == item


def test_an_update_that_fails_is_the_outcome_of_its_result_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ConnectionError("no response")

    keyed, single = update_of(11, submit_keyed([11], "key")), update_of(13)
    monkeypatch.setattr(table, "update", fail)
    outcomes = insert_all([keyed, single])
    assert str(outcomes[0]) == "no response"
    assert outcomes[1] is True
