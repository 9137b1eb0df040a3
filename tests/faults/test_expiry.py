"""A finished task stays as it is until it expires: it is never PENDING again."""

from __future__ import annotations

import time
from itertools import groupby

import pytest

from chalicelib.errors import NotFound
from chalicelib.queues import Queue
from chalicelib.service.read import read_task
from chalicelib.settings import settings
from tests.faults.faulty_aws import FaultyAws
from tests.support.builders import submit_number
from tests.support.clock import set_clock
from tests.support.outcomes import PRIME


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.5, 0.999], ids=str)
def test_a_finished_task_is_success_until_it_expires(
    aws_with_faults: FaultyAws, fraction: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = int(time.time()) + fraction
    clock = set_clock(monkeypatch, start)
    task_id = submit_number(PRIME)
    aws_with_faults.deliver(Queue.TASKS, aws_with_faults.receive(Queue.TASKS))

    def status_after(seconds: float) -> str:
        clock.seconds = start + seconds
        try:
            return read_task(task_id).status
        except NotFound:
            return "expired"

    seen = [status_after(settings().retention_seconds + tenths / 10) for tenths in range(-20, 21)]
    assert [status for status, _ in groupby(seen)] == ["SUCCESS", "expired"]
