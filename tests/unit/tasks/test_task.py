"""A task without an item is PENDING while its message can be in a queue, then FAILURE."""

import pytest

from chalicelib import clock
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import NumberTask, task_without_item

RETENTION_SECONDS = 7 * 86_400
SUBMITTED = 1_800_000_000.25


def read_at(seconds: float) -> NumberTask | None:
    """Return the task of an id that was made at SUBMITTED, as it is read at another time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: seconds)
        return task_without_item(ids.new_id(SUBMITTED, days=7))


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
