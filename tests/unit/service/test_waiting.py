"""Requests that wait share a budget of seconds, so that they never hold more than a part of the API's functions."""

from types import SimpleNamespace

import pytest

from chalicelib.service import read, waiting
from chalicelib.store import waits
from tests.support.doubles import Clock, set_clock, spy, unavailable
from tests.support.tasks import submit_number

MAX_WAITS = 5


@pytest.fixture
def now(aws: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the time, with at most MAX_WAITS requests that wait at once."""
    monkeypatch.setattr(waiting, "settings", lambda: SimpleNamespace(max_waits=MAX_WAITS))
    monkeypatch.setattr(waiting, "_full_steps", [])
    return set_clock(monkeypatch, 1_800_000_000.0)


def test_a_storm_of_waits_holds_a_bounded_number_of_functions(now: Clock) -> None:
    ends: list[float] = []
    most = 0
    for _ in range(100):
        ends += [now.seconds + 25.0 for _ in range(4) if waiting.may_go_on(25.0)]
        most = max(most, sum(end > now.seconds for end in ends))
        now.seconds += 1.0
    assert MAX_WAITS <= most <= 1.5 * MAX_WAITS + 1


def test_a_process_asks_once_in_a_step_that_is_full(now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = spy(monkeypatch, waits, "add")
    assert waiting.may_go_on(MAX_WAITS * waits.STEP_SECONDS)
    assert not any(waiting.may_go_on(1.0) for _ in range(10))
    assert len(asked) == 2
    now.seconds += waits.STEP_SECONDS
    assert waiting.may_go_on(1.0)


def test_nothing_is_counted_where_another_bound_is_there(now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "settings", lambda: SimpleNamespace(max_waits=0))
    monkeypatch.setattr(waits, "add", lambda *_: pytest.fail("it was counted"))
    assert waiting.may_go_on(25.0)


def test_a_table_that_does_not_respond_ends_a_wait(now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "add", unavailable)
    assert not waiting.may_go_on(1.0)


@pytest.mark.parametrize(("may", "waited"), [(True, 20.0), (False, waiting.FREE_SECONDS)])
def test_a_wait_ends_after_its_free_time_where_the_budget_is_used_up(
    aws: None, monkeypatch: pytest.MonkeyPatch, may: bool, waited: float
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(read, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept)))
    monkeypatch.setattr(waiting, "may_go_on", lambda _: may)
    read.wait_for_task(submit_number(11), 20.0)
    assert waited <= sum(slept) < waited + 0.5
