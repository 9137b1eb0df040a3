import threading
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import sending
from chalicelib.aws import sqs
from chalicelib.queues import Queue
from chalicelib.sending import PartlySent
from chalicelib.tasks.messages import decode
from tests.support.aws import queue_url, receive
from tests.support.doubles import calls_of
from tests.support.tasks import number_message

pytestmark = pytest.mark.usefixtures("aws")


def messages(count: int, number: int = 11) -> list[Any]:
    return [number_message(number) for _ in range(count)]


def test_every_message_is_sent_once_in_calls_of_ten() -> None:
    sent = messages(25)
    assert calls_of(lambda: sending.send_all(Queue.TASKS, sent)) == ["SendMessageBatch"] * 3
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
    sending.send(Queue.TASKS, first)
    sending.send_all(Queue.TASKS, [second, without])
    assert groups_of(Queue.TASKS) == [None, "key-1", "key-2"]


def test_a_call_has_no_more_bytes_than_sqs_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MAX_BATCH_BYTES", 3_000)
    assert calls_of(lambda: sending.send_all(Queue.TASKS, messages(4, 16**1_200))) == ["SendMessageBatch"] * 2


def test_no_messages_are_no_call() -> None:
    assert calls_of(lambda: sending.send_all(Queue.TASKS, [])) == []


def test_an_error_says_how_many_messages_were_sent_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SENDERS", 1)
    responses: Iterator[dict[str, Any]] = iter([{}, {"Failed": [{"Id": "3", "Code": "InternalError"}]}, {}])
    monkeypatch.setattr(sqs(), "send_message_batch", lambda **_: next(responses))
    with pytest.raises(PartlySent, match="InternalError") as caught:
        sending.send_all(Queue.TASKS, messages(25))
    assert caught.value.sent == 13


def test_the_messages_of_a_list_are_sent_by_several_calls_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = threading.Barrier(sending.SENDERS, timeout=60)  # which breaks where fewer calls come together
    monkeypatch.setattr(sqs(), "send_message_batch", lambda **_: (meeting.wait() and {}) or {})
    sending.send_all(Queue.LISTS, messages(10 * sending.SENDERS))
