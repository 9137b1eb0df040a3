"""A consumer's function handles its batch, the cheap records first, logs one line and counts what it finished."""

import json
import os
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from chalicelib import queues, sending
from chalicelib.consumers import list_worker, settle, worker
from chalicelib.consumers.outcomes import Outcome, Record, Stale
from chalicelib.consumers.settle import Batch
from chalicelib.errors import ServiceFault
from chalicelib.primality import child
from chalicelib.primality.result import Result
from chalicelib.queues import Queue
from chalicelib.service.read import read_task
from chalicelib.store import batches, history, list_results
from chalicelib.tasks.messages import NumberMessage, encode
from chalicelib.tasks.status import Status
from chalicelib.telemetry import Invocation
from tests.support.aws import receive, record_of
from tests.support.consumers import handle
from tests.support.doubles import calls_of, spy, unavailable
from tests.support.tasks import number_message, read_number, submit_list, submit_number

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
    response = worker.consume(event_of(receive(Queue.TASKS)), Queue.TASKS)
    line = json.loads(capsys.readouterr().out)
    assert response == {"batchItemFailures": []}
    assert line["function"] == "worker"
    assert line["finished"] == 3
    assert line["success_prime"] == 2
    assert counted == [(Queue.TASKS, 3, 3)]


@pytest.mark.parametrize(
    ("attributes", "sent"),
    [
        ({"SentTimestamp": "90000", "ApproximateReceiveCount": "1"}, 90.0),
        ({"SentTimestamp": "90000", "ApproximateReceiveCount": "2"}, 100.0),
        ({"SentTimestamp": "101000", "ApproximateReceiveCount": "1"}, 100.0),
        ({}, 100.0),
    ],
)
def test_a_message_that_waited_for_another_reason_counts_as_sent_now(attributes: dict[str, str], sent: float) -> None:
    assert settle.sent_at({"attributes": attributes}, 100.0) == sent


def test_the_records_of_a_batch_come_to_the_consumer_the_cheap_ones_first() -> None:
    seen: list[int] = []

    def note(_: Batch, record: Record) -> Iterator[Outcome]:
        assert isinstance(record.message, NumberMessage)
        seen.append(record.message.bits)
        yield Stale(record)

    for bits in (300, 5, 2_000, 64, 1_000):
        submit_number(2 ** (bits - 1))
    settle.consume(note, event_of(receive(Queue.TASKS)), Queue.TASKS)
    assert seen == [5, 64, 300, 1_000, 2_000]


def test_where_the_table_does_not_respond_the_rest_of_a_batch_is_put_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in (11, 13, 17):
        submit_list([number])
    monkeypatch.setattr(list_results, "read_open", unavailable)
    tried = spy(monkeypatch, list_results, "read_open")
    calls = calls_of(lambda: handle(Queue.LISTS, receive(Queue.LISTS)))
    assert len(tried) == 1
    assert calls == ["ReceiveMessage", "SendMessageBatch"]
    assert queues.counts(Queue.LISTS).delayed == 3


def test_a_message_that_is_put_off_keeps_its_attempts_and_waits_longer_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "send_later", lambda *_: None)
    sent = spy(monkeypatch, sending, "send_later")
    monkeypatch.setattr(batches, "insert_all", unavailable)
    message = number_message()
    handle(Queue.TASKS, [record_of(encode(message), receive_count=3)])
    for _ in range(4):
        handle(Queue.TASKS, [record_of(encode(sent[-1][2][0]))])
    assert [(again.attempts, again.put_offs) for *_, (again,), _ in sent] == [(2, count) for count in range(1, 6)]
    delays = [delay for *_, (delay,) in sent]
    assert delays[0] >= 2
    assert all(later > 3 * earlier for earlier, later in pairwise(delays[:-1]))
    assert 128 <= delays[-1] <= 900, "the longest delay of a message"


def test_a_message_that_has_had_its_attempts_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "screen_thoroughly", lambda _: pytest.fail("a sixth attempt"))
    record = record_of(encode(number_message(attempts=4)), receive_count=2)
    assert handle(Queue.TASKS, [record]) == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def test_results_that_are_ready_are_written_before_a_number_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[Any, ...]] = spy(monkeypatch, batches, "insert_all")
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


@pytest.mark.parametrize("error", [ServiceFault("AccessDeniedException"), ImportError("no such library")])
def test_a_fault_of_the_service_uses_up_no_attempt_and_is_counted(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(_: object) -> NoReturn:
        raise error

    invocation = Invocation("test")
    monkeypatch.setattr(batches, "insert_all", refuse)
    monkeypatch.setattr(sending, "send_later", lambda *_: None)
    sent = spy(monkeypatch, sending, "send_later")
    record = record_of(encode(number_message()), receive_count=5)
    assert handle(Queue.TASKS, [record], invocation) == {"batchItemFailures": []}
    assert [message.attempts for *_, messages, _ in sent for message in messages] == [4]
    assert (invocation.metrics["faults"], invocation.metrics["retries"]) == (1, 0)


@pytest.mark.parametrize("is_list", [False, True], ids=["number", "list"])
def test_a_computation_that_raises_an_error_of_its_number_fails_the_task_at_once(
    monkeypatch: pytest.MonkeyPatch, is_list: bool
) -> None:
    def fail(_: object) -> NoReturn:
        raise ValueError("requires n greater than 0")

    monkeypatch.setattr(list_worker if is_list else worker, "screen_chunk" if is_list else "screen_thoroughly", fail)
    task_id = submit_list([11]) if is_list else submit_number(11)
    queue = Queue.LISTS if is_list else Queue.TASKS
    assert handle(queue, receive(queue)) == {"batchItemFailures": []}
    task = read_task(task_id)
    assert task.status is Status.FAILURE
    assert (task.error or "").endswith(": ValueError: requires n greater than 0")


def test_an_error_in_a_child_process_fails_the_task_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child.proving, "prove", lambda *_: 1 // 0)
    task_id = submit_number(10**100 + 267)
    handle(Queue.TASKS, receive(Queue.TASKS))
    handle(Queue.PROOFS, receive(Queue.PROOFS))
    task = read_number(task_id)
    assert (task.status, task.attempts) == (Status.FAILURE, 1)
    assert "the computation failed: ZeroDivisionError: " in (task.error or "")
