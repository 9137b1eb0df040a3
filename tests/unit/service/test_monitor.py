"""The service is healthy while its parts respond and its workers finish what waits."""

from __future__ import annotations

import pytest

from chalicelib import clock, queues
from chalicelib.errors import Unavailable
from chalicelib.queues import Queue
from chalicelib.service import monitor
from chalicelib.store import history
from tests.support.consumers import run
from tests.support.doubles import set_clock, unavailable
from tests.support.tasks import submit_number

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what earlier checks have seen."""
    monkeypatch.setattr(monitor, "_stall", monitor._Stall())


def test_a_queue_that_does_not_respond_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "counts", unavailable)
    with pytest.raises(Unavailable):
        monitor.check_health()


def test_numbers_that_wait_while_none_is_finished_are_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, clock.now())
    submit_number(11)
    monitor.check_health()
    time.seconds += monitor.MAX_STALL_SECONDS + 1
    with pytest.raises(Unavailable, match="workers have finished none"):
        monitor.check_health()
    run(Queue.TASKS)
    history.add({Queue.TASKS: 1})
    monitor.check_health()


def test_the_time_without_a_finished_number_is_counted_anew_after_one(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, clock.now())
    submit_number(11)
    monitor.check_health()
    history.add({Queue.TASKS: 1})
    monitor.check_health()
    time.seconds += 3_600
    monitor.check_health()
