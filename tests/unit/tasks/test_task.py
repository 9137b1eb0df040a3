"""A task without an item is PENDING while its message can be in a queue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import MAX_CLOCK_SKEW_SECONDS, NumberTask, pending_task

RETENTION_SECONDS = 7 * 86_400
SUBMITTED = 1_800_000_000.25


def pending_at(seconds: float, task_id: str | None = None) -> NumberTask | None:
    """Return the task of an id that was made at SUBMITTED, as it is read at another time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: seconds)
        return pending_task(task_id or ids.new_id(SUBMITTED), RETENTION_SECONDS)


@given(st.floats(-1_000_000, 1_000_000))
def test_an_id_is_that_of_a_task_until_its_retention_ends(age: float) -> None:
    assert (pending_at(SUBMITTED + age) is not None) == (-MAX_CLOCK_SKEW_SECONDS < age < RETENTION_SECONDS)


@pytest.mark.parametrize(
    ("age", "is_there"),
    [(-60, False), (-59.9, True), (RETENTION_SECONDS - 0.1, True), (RETENTION_SECONDS, False)],
)
def test_the_bounds_of_that_time(age: float, is_there: bool) -> None:
    assert (pending_at(SUBMITTED + age) is not None) == is_there


def test_a_task_without_an_item_is_pending_since_the_time_of_its_id() -> None:
    task = pending_at(SUBMITTED + 5)
    assert task is not None
    assert task.status is Status.PENDING
    assert task.submitted_at == clock.rfc3339(SUBMITTED)
    assert task.expires_at == int(SUBMITTED) + RETENTION_SECONDS
    assert task.result is None


def test_an_id_of_a_key_is_no_task_without_an_item() -> None:
    task_id = ids.keyed_id("", "key")
    assert pending_at(ids.submitted_at(task_id), task_id) is None
