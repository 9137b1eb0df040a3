"""A task that has ended is there as it ended until it is forgotten: it never waits again."""

from __future__ import annotations

import time
from itertools import groupby

import pytest
from chalicelib.tasks.states import SUCCESS

from chalicelib.errors import NotFound
from chalicelib.settings import settings
from chalicelib.tasks import ids, reading, records, submit, task, times
from tests.aws import receive
from tests.faults.scene import RETENTION, Clock
from tests.faults.world import PRIME, deliver, work

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.5, 0.999], ids=str)
def test_a_task_that_has_ended_is_not_pending_again_before_it_is_forgotten(
    fraction: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = int(time.time()) + fraction
    clock = Clock(began)
    for module in (ids, records, submit, task, times):
        monkeypatch.setattr(module, "time", clock)
    task_id = submit.submit_number(PRIME)
    deliver(work, receive(settings().tasks_queue_url))

    def status_after(seconds: float) -> str:
        clock.now = began + seconds
        try:
            return reading.find(task_id).status
        except NotFound:
            return "forgotten"

    seen = [status_after(RETENTION + tenths / 10) for tenths in range(-20, 21)]
    assert [status for status, _ in groupby(seen)] == [SUCCESS, "forgotten"]
