"""A long computation sends heartbeats, until its task is cancelled or the time is over."""

import json
import threading
from collections.abc import Callable

import pytest

from chalicelib import clock, queues
from chalicelib.consumers import list_worker
from chalicelib.consumers.heartbeat import (
    HEARTBEAT_SECONDS,
    HEARTBEAT_TIMEOUT_SECONDS,
    MARGIN_SECONDS,
    end_by_steps,
    seconds_to_compute,
)
from chalicelib.primality import screening
from chalicelib.primality.progress import Elapsed, Progress, Steps
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.store import list_results
from chalicelib.tasks.status import Status
from chalicelib.telemetry import Invocation
from tests.support.aws import Record, receive
from tests.support.consumers import batch_of, handle
from tests.support.doubles import spy, unavailable
from tests.support.tasks import read_list, submit_list

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def chunk() -> tuple[str, list[Record]]:
    """Submit a list of one chunk; return its task's id and its record."""
    return submit_list([7, -3, 2**127 - 1, 91]), receive(Queue.LISTS)


def screened_meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Make the screening in a child report progress once, after something has happened."""

    def screen_all(numbers: list[int], _: float, on_progress: Callable[[Progress], None], __: float) -> list[Result]:
        act()
        on_progress(Elapsed("screening", HEARTBEAT_SECONDS))
        return [screen(number) for number in numbers]

    monkeypatch.setattr(list_worker, "screen_in_child", screen_all)


def test_a_cancel_ends_a_screening_at_its_next_heartbeat(
    chunk: tuple[str, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, records = chunk
    screened_meanwhile(monkeypatch, lambda: cancel_task(task_id))
    written = spy(monkeypatch, list_results, "write_chunk")
    assert handle(Queue.LONG_LISTS, records) == {"batchItemFailures": []}
    assert (read_list(task_id).status, written) == (Status.REVOKED, [])


def test_a_screening_hides_its_message_at_its_start_and_at_each_progress(
    chunk: tuple[str, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    before_progress: list[int] = []
    screened_meanwhile(monkeypatch, lambda: before_progress.append(len(hidden)))
    handle(Queue.LONG_LISTS, chunk[1])
    assert before_progress == [1]
    receipt = chunk[1][0]["receiptHandle"]
    assert hidden == [("set_visibility_timeout", Queue.LONG_LISTS, receipt, HEARTBEAT_TIMEOUT_SECONDS)] * 2
    assert HEARTBEAT_TIMEOUT_SECONDS > 10 * HEARTBEAT_SECONDS


@pytest.mark.parametrize("name", ["set_visibility_timeout", "is_needed"])
def test_a_heartbeat_that_fails_is_logged_and_stops_no_computation(
    chunk: tuple[str, list[Record]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    invocation = Invocation("test")
    monkeypatch.setattr(queues if name == "set_visibility_timeout" else list_results, name, unavailable)
    screened_meanwhile(monkeypatch, lambda: None)
    assert handle(Queue.LONG_LISTS, chunk[1], invocation) == {"batchItemFailures": []}
    assert read_list(chunk[0]).status is Status.SUCCESS
    assert "Unavailable: It does not respond." in json.loads(invocation.line())["errors"]


@pytest.mark.parametrize(("remaining", "seconds"), [(60.0, 60.0 - MARGIN_SECONDS), (5.0, 1.0)])
def test_a_computation_ends_a_while_before_its_function(remaining: float, seconds: float) -> None:
    assert seconds_to_compute(batch_of(Queue.PROOFS, remaining_seconds=lambda: remaining)) == seconds


def test_a_screening_that_its_deadline_ends_is_a_failed_attempt(
    chunk: tuple[str, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_worker, "seconds_to_compute", lambda _: 0.6)
    monkeypatch.setattr(screening, "screen", lambda _: threading.Event().wait())
    handle(Queue.LONG_LISTS, chunk[1])
    assert "did not end in 1 s, the time that a function has" in (read_list(chunk[0]).error or "")


@pytest.mark.parametrize(("done", "seconds"), [(10, 30.0), (30, 3.333), (0, None)])
def test_a_computation_that_counts_its_steps_says_when_it_ends(
    monkeypatch: pytest.MonkeyPatch, done: int, seconds: float | None
) -> None:
    monkeypatch.setattr(clock, "now", lambda: 1_800_000_010.0)
    expected = None if seconds is None else clock.rfc3339(clock.now() + seconds)
    assert end_by_steps(Steps(done, 40), 1_800_000_000.0) == expected
    assert end_by_steps(Elapsed("proving", 10.0), 1_800_000_000.0) is None
