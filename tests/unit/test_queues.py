"""Messages are sent in as few calls as SQS allows, and a refused one is not silently lost."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib import queues
from chalicelib.aws import sqs
from chalicelib.errors import Unavailable
from chalicelib.queues import Counts, Queue
from chalicelib.tasks import ids
from chalicelib.tasks.messages import NumberMessage, decode
from tests.support.aws import receive
from tests.support.calls import calls_of

pytestmark = pytest.mark.usefixtures("aws")


def messages(count: int, number: int = 11) -> list[Any]:
    """Return messages of a number."""
    return [NumberMessage(ids.new_id(), number) for _ in range(count)]


def test_every_message_is_sent_once() -> None:
    sent = messages(25)
    queues.send_all(Queue.TASKS, sent)
    received = [decode(record["body"]) for _ in range(5) for record in receive(Queue.TASKS)]
    assert sorted(received, key=str) == sorted(sent, key=str)


def test_a_call_has_ten_messages_at_most() -> None:
    assert calls_of(lambda: queues.send_all(Queue.TASKS, messages(25))) == ["SendMessageBatch"] * 3


def test_a_call_has_no_more_bytes_than_sqs_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "MAX_BATCH_BYTES", 3_000)
    assert calls_of(lambda: queues.send_all(Queue.TASKS, messages(4, 16**1_200))) == ["SendMessageBatch"] * 2


def test_no_messages_are_no_call() -> None:
    assert calls_of(lambda: queues.send_all(Queue.TASKS, [])) == []


def test_a_message_that_sqs_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> dict[str, Any]:
        return {"Failed": [{"Id": "0", "Code": "InternalError"}]}

    monkeypatch.setattr(sqs(), "send_message_batch", refuse)
    with pytest.raises(Unavailable, match="InternalError"):
        queues.send_all(Queue.TASKS, messages(2))


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
