"""A chunk is screened in a child process with heartbeats, until its list is cancelled or the time is over."""

import threading
from collections.abc import Callable

import pytest

from chalicelib import clock, queues
from chalicelib.consumers import computing
from chalicelib.consumers.computing import (
    HEARTBEAT_SECONDS,
    HEARTBEAT_TIMEOUT_SECONDS,
    MARGIN_SECONDS,
    end_by_steps,
    seconds_to_compute,
    send_heartbeat,
)
from chalicelib.consumers.outcomes import FinishedChunk, Record, Stale
from chalicelib.consumers.settle import Batch
from chalicelib.primality import screening
from chalicelib.primality.chunk_screening import join_results
from chalicelib.primality.progress import Elapsed, Progress, Steps
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.tasks.messages import ChunkMessage
from tests.support.aws import receive
from tests.support.consumers import batch_of, first_receive
from tests.support.doubles import spy, unavailable
from tests.support.tasks import submit_list

pytestmark = pytest.mark.usefixtures("aws")

NUMBERS = [7, -3, 2**127 - 1, 91]


@pytest.fixture
def batch() -> Batch:
    """Return a batch of the queue of lists."""
    return batch_of(Queue.LISTS)


@pytest.fixture
def chunk() -> tuple[Record, ChunkMessage]:
    """Submit a list of one chunk; return its record and its message."""
    submit_list(NUMBERS)
    (event_record,) = receive(Queue.LISTS)
    record = first_receive(event_record)
    assert isinstance(record.message, ChunkMessage)
    return record, record.message


def screened_meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Make the screening in a child report progress once, after something has happened."""

    def screen_all(
        numbers: list[int], _: float, on_progress: Callable[[Progress], None], __: float
    ) -> list[Result] | None:
        act()
        on_progress(Elapsed("screening", HEARTBEAT_SECONDS))
        return [screen(number) for number in numbers]

    monkeypatch.setattr(computing, "screen_in_child", screen_all)


def test_a_chunk_is_screened_as_in_this_process(batch: Batch, chunk: tuple[Record, ChunkMessage]) -> None:
    expected = join_results([screen(number) for number in NUMBERS])
    assert computing.screen_chunk(batch, *chunk) == FinishedChunk(*chunk, expected)


def test_a_cancel_ends_a_screening_at_its_next_progress(
    batch: Batch, chunk: tuple[Record, ChunkMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    record, message = chunk
    screened_meanwhile(monkeypatch, lambda: cancel_task(message.task_id))
    assert computing.screen_chunk(batch, record, message) == Stale(record)


def test_a_screening_hides_its_message_at_its_start_and_at_each_progress(
    batch: Batch, chunk: tuple[Record, ChunkMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    before_progress: list[int] = []
    screened_meanwhile(monkeypatch, lambda: before_progress.append(len(hidden)))
    computing.screen_chunk(batch, *chunk)
    assert before_progress == [1]
    handle = chunk[0].receipt_handle
    assert hidden == [("set_visibility_timeout", Queue.LISTS, handle, HEARTBEAT_TIMEOUT_SECONDS)] * 2
    assert HEARTBEAT_TIMEOUT_SECONDS > 10 * HEARTBEAT_SECONDS


def test_a_heartbeat_that_fails_is_logged_and_stops_no_computation(
    batch: Batch, chunk: tuple[Record, ChunkMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "set_visibility_timeout", unavailable)
    send_heartbeat(batch, chunk[0])
    assert "It does not respond." in batch.invocation.line()
    assert batch.failed == []


@pytest.mark.parametrize(("remaining", "seconds"), [(60.0, 60.0 - MARGIN_SECONDS), (5.0, 1.0)])
def test_a_computation_ends_a_while_before_its_function(remaining: float, seconds: float) -> None:
    assert seconds_to_compute(batch_of(Queue.PROOFS, remaining_seconds=lambda: remaining)) == seconds


def test_a_screening_that_its_deadline_ends_is_a_failed_attempt(
    batch: Batch, chunk: tuple[Record, ChunkMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "seconds_to_compute", lambda _: 0.6)
    monkeypatch.setattr(screening, "screen", lambda _: threading.Event().wait())
    with pytest.raises(TimeoutError, match="did not end in 1 s, the time that a function has"):
        computing.screen_chunk(batch, *chunk)


@pytest.mark.parametrize(("done", "seconds"), [(10, 30.0), (30, 3.333), (0, None)])
def test_a_computation_that_counts_its_steps_says_when_it_ends(
    monkeypatch: pytest.MonkeyPatch, done: int, seconds: float | None
) -> None:
    monkeypatch.setattr(clock, "now", lambda: 1_800_000_010.0)
    expected = None if seconds is None else clock.rfc3339(clock.now() + seconds)
    assert end_by_steps(Steps(done, 40), 1_800_000_000.0) == expected
    assert end_by_steps(Elapsed("proving", 10.0), 1_800_000_000.0) is None
