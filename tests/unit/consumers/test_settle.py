"""A consumer's function handles its batch, the cheap records first, logs one line and counts what it finished."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.consumers import settle, worker
from chalicelib.consumers.outcomes import Outcome, Record, Stale
from chalicelib.consumers.settle import Batch, Consumer
from chalicelib.consumers.worker import WORKER
from chalicelib.errors import Unavailable
from chalicelib.primality.result import Result
from chalicelib.queues import QUEUES, Queue
from chalicelib.store import history, table
from chalicelib.tasks.status import Status
from tests.support.aws import receive
from tests.support.builders import submit_number
from tests.support.calls import spy
from tests.support.consumers import handle
from tests.support.outcomes import number_task

pytestmark = pytest.mark.usefixtures("aws")


def event_of(records: list[dict[str, Any]]) -> Any:
    """Return what Chalice gives to a handler."""
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000)
    return SimpleNamespace(context=context, to_dict=lambda: {"Records": records})


def test_a_batch_is_handled_logged_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counted: list[tuple[Queue, int, int]] = []
    monkeypatch.setattr(
        history.throughput, "add", lambda queue, numbers, work: counted.append((queue, numbers, work.messages))
    )
    monkeypatch.setattr(os, "nice", lambda increment: increment)
    for number in (11, 12, 13):
        submit_number(number)
    response = settle.consume(event_of(receive(Queue.TASKS)), Queue.TASKS, WORKER)
    line = json.loads(capsys.readouterr().out)
    assert response == {"batchItemFailures": []}
    assert line["function"] == "worker"
    assert line["finished"] == 3
    assert line["success_prime"] == 2
    assert counted == [(Queue.TASKS, 3, 3)]


@pytest.mark.parametrize("queue", Queue)
def test_a_process_lowers_its_priority_at_its_first_batch(monkeypatch: pytest.MonkeyPatch, queue: Queue) -> None:
    lowered: list[int] = []
    monkeypatch.setattr(os, "nice", lowered.append)
    settle._lower_priority.cache_clear()
    for _ in range(2):
        settle.consume(event_of([]), queue, WORKER)
    assert lowered == [QUEUES[queue].niceness]


def test_a_batch_is_handled_where_the_priority_may_not_be_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "nice", refuse)
    settle._lower_priority.cache_clear()
    task_id = submit_number(11)
    assert settle.consume(event_of(receive(Queue.TASKS)), Queue.TASKS, WORKER) == {"batchItemFailures": []}
    assert number_task(task_id).status is Status.SUCCESS


def test_the_records_of_a_batch_come_to_the_consumer_the_cheap_ones_first() -> None:
    seen: list[int] = []

    def note(_: Batch, record: Record) -> Iterator[Outcome]:
        seen.append(record.message.bits)
        yield Stale(record)

    for bits in (300, 5, 2_000, 64, 1_000):
        submit_number(2 ** (bits - 1))
    settle.consume(event_of(receive(Queue.TASKS)), Queue.TASKS, Consumer(note))
    assert seen == [5, 64, 300, 1_000, 2_000]


def test_a_message_that_cannot_be_forwarded_is_a_failed_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable("The queue does not respond.")

    task_id = submit_number(10**100 + 267)
    (record,) = receive(Queue.TASKS)
    monkeypatch.setattr(queues, "send_all", unavailable)
    assert handle(Queue.TASKS, [record]) == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
    assert number_task(task_id).status is Status.RETRY


def test_results_that_are_ready_are_written_before_a_number_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[Any, ...]] = spy(monkeypatch, table, "insert_all")
    counts: list[int] = []
    screen = worker.screen_thoroughly

    def screen_and_count(number: int) -> Result:
        counts.append(len(written))
        return screen(number)

    monkeypatch.setattr(worker, "screen_thoroughly", screen_and_count)
    for number in (10**1_300 + 1, 11, 13):
        submit_number(number)
    handle(Queue.TASKS, receive(Queue.TASKS))
    assert counts == [0, 0, 1]
