from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.aws import sqs
from chalicelib.errors import Unavailable
from chalicelib.queues import QUEUES, Counts, PartlySent, Queue
from chalicelib.service.retry import retry_task
from chalicelib.service.submit import NumberSubmission, submit
from chalicelib.settings import settings
from chalicelib.tasks import ids
from chalicelib.tasks.chunks import split
from chalicelib.tasks.messages import decode
from tests.support.aws import queue_url, receive
from tests.support.builders import number_message
from tests.support.calls import calls_of
from tests.support.consumers import fail_waiting, run
from tests.support.polling import until

pytestmark = pytest.mark.usefixtures("aws")


def messages(count: int, number: int = 11) -> list[Any]:
    return [number_message(number) for _ in range(count)]


def test_every_message_is_sent_once() -> None:
    sent = messages(25)
    queues.send_all(Queue.TASKS, sent)
    received = [decode(record["body"]) for _ in range(5) for record in receive(Queue.TASKS)]
    assert sorted(received, key=str) == sorted(sent, key=str)


def groups_of(queue: Queue) -> list[str | None]:
    """Receive messages and return the group of each, sorted."""
    response = sqs().receive_message(
        QueueUrl=queue_url(queue), MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
    )
    groups = [message.get("Attributes", {}).get("MessageGroupId") for message in response["Messages"]]
    return sorted(groups, key=str)


def test_the_messages_of_a_caller_are_a_message_group() -> None:
    first, second, without = (number_message(caller=caller) for caller in ("key-1", "key-2", ""))
    queues.send(Queue.TASKS, first)
    queues.send_all(Queue.TASKS, [second, without])
    assert groups_of(Queue.TASKS) == [None, "key-1", "key-2"]


def test_a_number_that_is_forwarded_stays_in_the_group_of_its_caller() -> None:
    submit(NumberSubmission(10**100 + 267), "key-1")
    run(Queue.TASKS)
    assert groups_of(Queue.PROOFS) == ["key-1"]


def test_a_failed_task_that_is_queued_again_stays_in_the_group_of_its_caller() -> None:
    task_id = submit(NumberSubmission(11), "key-1").task_id
    fail_waiting(Queue.TASKS)
    sqs().purge_queue(QueueUrl=queue_url(Queue.TASKS))
    retry_task(task_id)
    assert groups_of(Queue.TASKS) == ["key-1"]


def test_a_call_has_ten_messages_at_most() -> None:
    assert calls_of(lambda: queues.send_all(Queue.TASKS, messages(25))) == ["SendMessageBatch"] * 3


def test_a_call_has_no_more_bytes_than_sqs_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "MAX_BATCH_BYTES", 3_000)
    assert calls_of(lambda: queues.send_all(Queue.TASKS, messages(4, 16**1_200))) == ["SendMessageBatch"] * 2


def test_no_messages_are_no_call() -> None:
    assert calls_of(lambda: queues.send_all(Queue.TASKS, [])) == []


def test_an_error_says_how_many_messages_were_sent_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "SENDERS", 1)
    responses: Iterator[dict[str, Any]] = iter([{}, {"Failed": [{"Id": "3", "Code": "InternalError"}]}, {}])
    monkeypatch.setattr(sqs(), "send_message_batch", lambda **_: next(responses))
    with pytest.raises(PartlySent, match="InternalError") as caught:
        queues.send_all(Queue.TASKS, messages(25))
    assert caught.value.sent == 13


def test_the_messages_of_a_list_are_sent_by_several_calls_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = threading.Barrier(queues.SENDERS, timeout=10)  # which breaks where fewer calls come together
    monkeypatch.setattr(sqs(), "send_message_batch", lambda **_: (meeting.wait() and {}) or {})
    queues.send_all(Queue.LISTS, messages(10 * queues.SENDERS))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param([7, 11, 13], {Queue.LISTS: 1}, id="cheap"),
        pytest.param([10**9_999 + 33_603] * 6, {Queue.LONG_LISTS: 6}, id="six numbers of ten seconds"),
        pytest.param([2**1_024 - 1] * 20_000, {Queue.LONG_LISTS: 51, Queue.LISTS: 1}, id="many of a millisecond"),
        pytest.param([7, 11, 10**9_999 + 33_603, 13], {Queue.LISTS: 2, Queue.LONG_LISTS: 1}, id="mixed"),
    ],
)
def test_a_chunk_starts_in_the_queue_of_its_cost(numbers: list[int], expected: dict[Queue, int]) -> None:
    assert Counter(map(queues.first_queue, split(ids.new_id(), numbers, expires_at=1))) == expected


def test_a_message_that_sqs_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    response = {"Failed": [{"Id": "0", "Code": "InternalError"}]}
    monkeypatch.setattr(sqs(), "send_message_batch", lambda **_: response)
    with pytest.raises(Unavailable, match="InternalError"):
        queues.send_all(Queue.TASKS, messages(2))


def test_of_messages_that_share_a_call_a_refused_one_fails_its_own_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_sent, calls = threading.Event(), list[int]()

    def send_one(**_: object) -> dict[str, Any]:
        calls.append(1)
        is_sent.wait(10)
        return {}

    def refuse_thirteen(Entries: list[dict[str, str]], **_: object) -> dict[str, Any]:  # noqa: N803 - SQS's name
        calls.append(len(Entries))
        refused = [entry["Id"] for entry in Entries if decode(entry["MessageBody"]) in thirteens]
        return {"Failed": [{"Id": place, "Code": "InternalError"} for place in refused]}

    monkeypatch.setattr(sqs(), "send_message", send_one)
    monkeypatch.setattr(sqs(), "send_message_batch", refuse_thirteen)
    (first, second), thirteens = messages(2), messages(2, 13)
    with ThreadPoolExecutor(4) as pool:
        outcomes = [pool.submit(queues.send, Queue.TASKS, first)]
        until(lambda: calls, "the first is being sent")
        outcomes += [pool.submit(queues.send, Queue.TASKS, message) for message in (thirteens[0], second, thirteens[1])]
        until(lambda: len(queues._committers[Queue.TASKS]._waiting) == 3, "the others wait")
        is_sent.set()
        errors = [outcome.exception(10) for outcome in outcomes]
    assert calls == [1, 3]
    assert [type(error) for error in errors] == [type(None), Unavailable, type(None), Unavailable]


def test_a_queue_counts_what_waits_and_what_was_received() -> None:
    queues.send_all(Queue.LISTS, messages(3))
    receive(Queue.LISTS, limit=1)
    assert queues.counts(Queue.LISTS) == Counts(waiting=2, in_flight=1, delayed=0)


def test_a_message_with_a_visibility_timeout_of_zero_is_received_again() -> None:
    queues.send(Queue.TASKS, messages(1)[0])
    (record,) = receive(Queue.TASKS)
    assert receive(Queue.TASKS) == []
    queues.set_visibility_timeout(Queue.TASKS, record["receiptHandle"], 0)
    assert [again["messageId"] for again in receive(Queue.TASKS)] == [record["messageId"]]


@pytest.mark.parametrize("queue", Queue)
def test_the_variable_of_a_queue_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, queue: Queue) -> None:
    monkeypatch.delenv(QUEUES[queue].url_variable)
    settings.cache_clear()
    with pytest.raises(RuntimeError, match=QUEUES[queue].url_variable):
        queues.counts(queue)


def test_on_one_machine_cheap_work_comes_before_expensive_work() -> None:
    order = [Queue.TASKS, Queue.LISTS, Queue.PROOFS, Queue.LONG_LISTS, Queue.LONG_PROOFS]
    assert sorted(order, key=lambda queue: QUEUES[queue].niceness) == order
