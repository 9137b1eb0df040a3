"""A process learns how long a small number takes from the tasks that it reads."""

from typing import Any

import pytest

from chalicelib import clock, queues
from chalicelib.primality.result import Result, Verdict
from chalicelib.queues import Counts, Queue
from chalicelib.service import backlog, latency
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from tests.support.tasks import list_task, number_task

pytestmark = pytest.mark.usefixtures("aws")


def finished_after(seconds: float, **fields: Any) -> Any:
    """Return a task that was submitted a second ago and took so long."""
    submitted = clock.now() - 1
    usual = {"status": Status.SUCCESS, "attempts": 1, "result": Result(11, Verdict.PRIME, seconds=1e-6)}
    finished = clock.rfc3339(submitted + seconds)
    return number_task(**{"task_id": ids.new_id(submitted), "finished_at": finished} | usual | fields)


@pytest.mark.parametrize("seconds", [0.008, 0.12])
def test_the_estimate_comes_to_what_most_tasks_take(seconds: float) -> None:
    for index in range(200):
        latency.note(finished_after(50.0 if index % 5 == 0 else seconds))
    assert seconds / 1.6 < latency.seconds() < seconds * 1.6


def test_a_cold_start_is_forgotten_within_a_few_tasks() -> None:
    for index in range(200):
        latency.note(finished_after(2.0 if index < 180 else 0.008))
    assert latency.seconds() < 0.016


@pytest.mark.parametrize(
    "fields",
    [
        {"attempts": 2},
        {"result": Result(11, Verdict.PRIME, seconds=1.0)},
        {"result": None},
        {"status": Status.REVOKED},
        {"task_id": ids.keyed_id("", "key")},
        {"task_id": ids.new_id(1_000.0)},
    ],
    ids=["tried again", "long", "without a result", "cancelled", "with a key", "old"],
)
def test_a_task_that_took_long_for_another_reason_says_nothing(fields: dict[str, Any]) -> None:
    latency.note(finished_after(0.5, **fields))
    latency.note(list_task(status=Status.SUCCESS))
    assert latency.seconds() == latency.FIRST_SECONDS


def test_nothing_is_learned_while_numbers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "counts", lambda _: Counts(50, 0, 0))
    backlog.wait_seconds(Queue.TASKS)
    latency.note(finished_after(0.5))
    assert latency.seconds() == latency.FIRST_SECONDS
