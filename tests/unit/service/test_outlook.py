"""An open task always says when it is expected, and an estimate that has passed is replaced by a new one, as late."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.primality.result import Result, Verdict
from chalicelib.service.outlook import outlook
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask, task_without_item
from tests.support.tasks import list_task, number_task

NOW = 1_800_000_000.0
INTERIM = Result(2**521 - 1, Verdict.PROBABLE_PRIME)


def look(task: NumberTask | ListTask, now: float) -> tuple[float, bool]:
    """Return when a task that is read at `now` is expected, both in seconds from NOW, and whether it is late."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW + now)
        seen = outlook(task)
    assert seen is not None
    assert seen.seconds == pytest.approx(seen.at - NOW - now, abs=1e-6)
    return round(seen.at - NOW, 3), seen.is_late


def queued(seconds: float) -> NumberTask:
    """Return a task that was submitted at NOW, has no item and is expected after these seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        task = task_without_item(ids.new_id(NOW, seconds))
    assert task is not None
    return task


def time(seconds: float) -> str:
    return clock.rfc3339(NOW + seconds)


@given(st.floats(0.02, 1e6), st.floats(0, 1e6))
def test_an_estimate_is_never_silently_passed(expected: float, now: float) -> None:
    task = queued(expected)
    first = ids.expected_at(task.task_id) - NOW
    at, is_late = look(task, now)
    assert at > now - 0.001  # it is rounded to milliseconds
    assert (at, is_late) == (round(first, 3), False) if now < first else is_late


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILURE, Status.REVOKED])
def test_a_final_task_has_no_expectation(status: Status) -> None:
    assert outlook(number_task(status=status)) is None


def test_what_took_long_is_expected_to_take_half_as_long_again() -> None:
    assert look(queued(1), 100.0) == (150.0, True)
    assert look(queued(0.02), 0.5) == (1.5, True)


def test_a_consumer_that_begins_late_gives_a_new_estimate_as_late() -> None:
    late = number_task(task_id=queued(1).task_id, status=Status.STARTED, submitted_at=time(0), expected_at=time(30))
    assert look(late, 20.0) == (30.0, True)


def test_the_estimate_of_a_proof_takes_the_place_of_that_of_its_screening() -> None:
    fields = {"status": Status.STARTED, "submitted_at": time(0), "promised_at": time(30), "result": INTERIM}
    proving = number_task(task_id=queued(1).task_id, **fields)
    assert look(proving, 20.0) == (30.0, False)
    assert look(proving, 40.0) == (60.0, True)
    assert look(replace(proving, expected_at=time(50)), 40.0) == (50.0, True), "the prover began late"


def test_the_estimate_of_a_task_with_an_item_is_in_the_item() -> None:
    task = number_task(task_id=ids.keyed_id("", "key"), submitted_at=time(0), promised_at=time(5))
    assert look(task, 1.0) == (5.0, False)
    assert look(task, 6.0)[1]


def test_a_list_is_expected_by_the_pace_of_its_finished_chunks() -> None:
    fields = {"submitted_at": time(0), "started_at": time(10), "promised_at": time(40), "status": Status.STARTED}
    # Two more chunks in the ten seconds since the first one: the other seven take 35 s.
    assert look(list_task(chunks=10, remaining=7, **fields), 20.0) == (55.0, True)
    assert look(list_task(chunks=10, remaining=2, **fields), 20.0) == (22.857, False)
    assert look(list_task(chunks=10, remaining=9, **fields), 20.0) == (40.0, False)
