"""A task is read from its item as it was written."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.store import items
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask
from tests.support.doubles import set_clock


@pytest.mark.usefixtures("aws")
def test_the_error_of_an_attempt_is_shown_until_the_next_one_and_when_all_failed() -> None:
    task = NumberTask(task_id=ids.new_id(), status=Status.PENDING, submitted_at=clock.timestamp(), expires_at=2**32)
    for status in Status:
        shown = items.to_task(items.from_task(task) | {"status": status, "error": "the reason"})
        assert shown is not None
        assert (shown.error is not None) == (status in {Status.RETRY, Status.FAILURE})


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("seconds", [-1, 0])
def test_a_task_that_is_open_when_its_messages_are_gone_has_failed(
    status: Status, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, lifetime.overdue_at(2**32) + seconds)
    fields: dict[str, Any] = {"status": status, "submitted_at": "", "expires_at": 2**32}
    for task in (
        NumberTask(task_id=ids.new_id(), **fields),
        ListTask(task_id=ids.new_id(), **fields, total=10, chunks=3, remaining=0 if status is Status.SUCCESS else 3),
    ):
        shown = items.to_task(items.from_task(task))
        assert shown is not None
        is_overdue = not status.is_final and seconds >= 0
        assert shown.status == (Status.FAILURE if is_overdue else status)
        assert (shown.error == lifetime.OVERDUE) == is_overdue
