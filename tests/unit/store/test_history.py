"""The history has what was finished in each step of the last 15 minutes."""

from __future__ import annotations

import pytest

from chalicelib.queues import Queue
from chalicelib.store import history
from tests.support.clock import set_clock

pytestmark = pytest.mark.usefixtures("aws")


def test_numbers_are_counted_in_the_step_in_which_they_were_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch, 1_800_000_003.0)
    for _ in range(10):
        history.add({Queue.TASKS: 2, Queue.LISTS: 5})
    clock.seconds += history.STEP_SECONDS
    history.add({Queue.TASKS: 1})
    found = history.read()
    assert found.numbers[Queue.TASKS][-2:] == [20, 1]
    assert found.numbers[Queue.LISTS][-2:] == [50, 0]
    assert found.until == 1_800_000_020


def test_what_is_older_than_15_minutes_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch, 1_800_000_000.0)
    history.add({Queue.PROOFS: 3})
    clock.seconds += history.STEPS * history.STEP_SECONDS
    found = history.read()
    assert [len(numbers) for numbers in found.numbers.values()] == [history.STEPS] * 4
    assert not any(map(sum, found.numbers.values()))
