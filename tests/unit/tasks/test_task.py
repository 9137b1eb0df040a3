"""A task without an item is PENDING while its message can be in a queue, then FAILURE."""

import pytest

from chalicelib import clock
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import NumberTask, task_without_item

RETENTION_SECONDS = 7 * 86_400
SUBMITTED = 1_800_000_000.25


def read_at(seconds: float, task_id: str | None = None) -> NumberTask | None:
    """Return the task of an id that was made at SUBMITTED, as it is read at another time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: seconds)
        return task_without_item(task_id or ids.new_id(SUBMITTED, days=7))


@pytest.mark.parametrize(
    ("age", "is_there"),
    [(-86_401, False), (-86_399, True), (RETENTION_SECONDS - 0.1, True), (RETENTION_SECONDS + 1, False)],
)
def test_the_bounds_of_that_time(age: float, is_there: bool) -> None:
    assert (read_at(SUBMITTED + age) is not None) == is_there


def test_a_task_without_an_item_is_pending_since_the_time_of_its_id() -> None:
    task = read_at(SUBMITTED + 5)
    assert task is not None
    assert task.status is Status.PENDING
    assert task.submitted_at == clock.rfc3339(SUBMITTED)
    assert task.expires_at == int(SUBMITTED) + 1 + RETENTION_SECONDS
    assert task.result is None


def test_a_task_without_an_item_has_failed_once_its_message_must_be_gone() -> None:
    overdue_at = lifetime.overdue_at(int(SUBMITTED) + 1 + RETENTION_SECONDS)
    before, after = read_at(overdue_at - 0.1), read_at(overdue_at)
    assert before is not None
    assert after is not None
    assert (before.status, after.status) == (Status.PENDING, Status.FAILURE)
    assert (after.error, after.finished_at) == (lifetime.OVERDUE, clock.rfc3339(overdue_at))


def test_an_id_of_a_key_is_no_task_without_an_item() -> None:
    task_id = ids.keyed_id("", "key")
    assert read_at(SUBMITTED, task_id) is None
