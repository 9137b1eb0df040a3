"""A task is read from its item as it was written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.store import items, table
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask


@pytest.mark.usefixtures("aws")
def test_a_new_task_is_read_as_it_was_written() -> None:
    common: dict[str, Any] = {
        "task_id": ids.new_id(),
        "status": Status.PENDING,
        "submitted_at": clock.timestamp(),
        "expires_at": table.expiry(),
        "fingerprint": "f",
    }
    for task in (
        NumberTask(**common),
        ListTask(**common, total=10, chunks=3, remaining=3),
    ):
        assert items.to_task(items.from_task(task)) == task


def test_an_expired_item_is_no_task() -> None:
    task = NumberTask(task_id=ids.new_id(), status=Status.PENDING, submitted_at=clock.timestamp(), expires_at=1)
    assert items.to_task(items.from_task(task)) is None


@pytest.mark.usefixtures("aws")
def test_the_error_of_an_attempt_is_shown_until_the_next_one_and_when_all_failed() -> None:
    task = NumberTask(
        task_id=ids.new_id(), status=Status.PENDING, submitted_at=clock.timestamp(), expires_at=table.expiry()
    )
    for status in Status:
        shown = items.to_task(items.from_task(task) | {"status": status, "error": "the reason"})
        assert shown is not None
        assert (shown.error is not None) == (status in {Status.RETRY, Status.FAILURE})


def test_an_item_expires_no_earlier_than_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: 1_800_000_000.5)
    monkeypatch.setattr(table, "settings", lambda: SimpleNamespace(retention_seconds=10))
    assert table.expiry() == 1_800_000_011
