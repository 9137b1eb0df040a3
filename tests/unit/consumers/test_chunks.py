"""A chunk is screened for a list that is open, in this process or in a child, and counted once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from chalicelib import queues
from chalicelib.consumers import chunks
from chalicelib.consumers.batch import Batch, Record
from chalicelib.consumers.heartbeat import HEARTBEAT_SECONDS, HEARTBEAT_TIMEOUT_SECONDS
from chalicelib.primality.progress import Elapsed, Progress
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.queues import Queue
from chalicelib.service import control
from chalicelib.store import lists
from chalicelib.store import tasks as store
from chalicelib.store.lists import PageRequest
from chalicelib.tasks import ids
from chalicelib.tasks.messages import ChunkMessage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask
from chalicelib.telemetry import Invocation
from tests.support.aws import receive
from tests.support.builders import submit_keyed, submit_list
from tests.support.clock import set_clock
from tests.support.spying import spy

pytestmark = pytest.mark.usefixtures("aws")

NUMBERS = [7, -3, 2**127 - 1, 91]
Screen = Callable[[Batch, Record, ChunkMessage], None]
both_ways = pytest.mark.parametrize("screen_chunk", [chunks.screen_chunk, chunks.screen_chunk_in_child])


@pytest.fixture
def batch() -> Batch:
    """Submit a list of one chunk; return the batch that has it."""
    submit_list(NUMBERS)
    return Batch(receive(Queue.LISTS), Queue.LISTS, Invocation("test"), lambda: 60.0)


def chunk_of(batch: Batch) -> tuple[Record, ChunkMessage]:
    """Return the chunk of a batch, with its record."""
    (record,) = batch.records
    assert isinstance(record.message, ChunkMessage)
    return record, record.message


def list_of(message: ChunkMessage) -> ListTask:
    """Return the list of a chunk."""
    task = store.read(message.task_id)
    assert isinstance(task, ListTask)
    return task


def screened_meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Make the screening in a child report progress once, after something has happened."""

    def screen_all(
        numbers: list[int], _: float, on_progress: Callable[[Progress], None], __: float
    ) -> list[Result] | None:
        act()
        on_progress(Elapsed("screening", HEARTBEAT_SECONDS))
        return [screen(number) for number in numbers]

    monkeypatch.setattr(chunks, "screen_in_child", screen_all)


@both_ways
def test_the_results_of_a_chunk_are_written_and_counted(batch: Batch, screen_chunk: Screen) -> None:
    record, message = chunk_of(batch)
    screen_chunk(batch, record, message)
    results, _ = lists.read_results(message.task_id, PageRequest(1, 0, 100, 10_000))
    assert [entry.result.number for entry in results] == NUMBERS
    assert [entry.result.is_prime for entry in results] == [True, False, True, False]
    task = list_of(message)
    assert task.status is Status.SUCCESS
    assert task.primes == 2
    assert task.composites == 2
    assert json.loads(batch.invocation.line())["finished"] == len(NUMBERS)


@both_ways
def test_a_chunk_that_is_screened_again_is_counted_once(batch: Batch, screen_chunk: Screen) -> None:
    record, message = chunk_of(batch)
    screen_chunk(batch, record, message)
    before = list_of(message)
    screen_chunk(batch, record, message)
    assert list_of(message) == before
    line = json.loads(batch.invocation.line())
    assert line["chunks"] == 1
    assert line["stale"] == 1


@both_ways
def test_a_chunk_of_a_list_that_was_cancelled_meanwhile_is_not_counted(batch: Batch, screen_chunk: Screen) -> None:
    record, message = chunk_of(batch)
    control.cancel_task(message.task_id)
    screen_chunk(batch, record, message)
    assert list_of(message).remaining == 1
    assert json.loads(batch.invocation.line())["stale"] == 1


def test_a_cancel_ends_a_screening_at_its_next_progress(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    record, message = chunk_of(batch)
    written = spy(monkeypatch, lists, "write_chunk")
    screened_meanwhile(monkeypatch, lambda: control.cancel_task(message.task_id))
    chunks.screen_chunk_in_child(batch, record, message)
    assert written == []
    assert json.loads(batch.invocation.line())["stale"] == 1


def test_a_screening_hides_its_message_at_its_start_and_at_each_progress(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    before_progress: list[int] = []
    screened_meanwhile(monkeypatch, lambda: before_progress.append(len(hidden)))
    chunks.screen_chunk_in_child(batch, *chunk_of(batch))
    assert before_progress == [1]
    assert [call[-1] for call in hidden] == [HEARTBEAT_TIMEOUT_SECONDS] * 2


def test_a_screening_that_does_not_end_in_time_is_a_failed_attempt(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[float] = []
    monkeypatch.setattr(chunks, "screen_in_child", lambda _, seconds, *__: allowed.append(seconds))
    with pytest.raises(TimeoutError, match="not screened in the time"):
        chunks.screen_chunk_in_child(batch, *chunk_of(batch))
    assert allowed == [batch.seconds_to_compute()]


def test_a_list_is_open_until_it_is_cancelled() -> None:
    task_id = submit_list(NUMBERS)
    assert chunks.is_open(task_id)
    control.cancel_task(task_id)
    assert not chunks.is_open(task_id)


def test_a_list_that_has_expired_is_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = submit_keyed(NUMBERS, "key", is_list=True)
    task = store.read(task_id)
    assert task is not None
    set_clock(monkeypatch, task.expires_at)
    assert not chunks.is_open(task_id)
    assert not chunks.is_open(ids.new_id())
