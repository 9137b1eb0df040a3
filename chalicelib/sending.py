"""Sends messages to the queues, in as few calls as possible.

Every function raises Unavailable where a queue does not respond, and ServiceFault where SQS refuses a call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws import sqs
from chalicelib.concurrently import in_parallel
from chalicelib.errors import ServiceFault, Unavailable
from chalicelib.queues import Queue, call, first_queue, url_of
from chalicelib.tasks.messages import Message, encode

#: Messages of one call. Source: Amazon SQS Developer Guide, "Message quotas".
MAX_BATCH_MESSAGES = 10
#: Bytes of all messages of one call. Source: the same page.
MAX_BATCH_BYTES = 1_048_576
#: How many calls send the messages of a list at the same time.
SENDERS = 8

#: The parameters with which a message is sent, beside its queue.
Parameters = dict[str, Any]


class PartlySent(Unavailable):
    """A part of the service does not respond."""

    def __init__(self, detail: str, sent: int) -> None:
        """Note how many messages were sent for sure, from the first one on; others may have been sent."""
        super().__init__(detail)
        self.sent = sent


def send(queue: Queue, message: Message) -> None:
    """Send a message.

    Raises:
        Unavailable: the message may have been sent.
    """
    with call():
        sqs().send_message(QueueUrl=url_of(queue), **_parameters(message))


def send_new(messages: Sequence[Message]) -> None:
    """Send the messages of a new task to their first queues.

    Raises:
        PartlySent: some messages may have been sent.
    """
    _send([(first_queue(message), message) for message in messages])


def send_all(queue: Queue, messages: Sequence[Message]) -> None:
    """Send messages in as few calls as possible.

    Raises:
        PartlySent: some messages may have been sent.
    """
    _send([(queue, message) for message in messages])


def _send(messages: Sequence[tuple[Queue, Message]]) -> None:
    """Send messages in as few calls as possible, several at the same time. The first error ends it."""
    batches, taking = _batches(messages), threading.Lock()
    sent: set[int] = set()
    errors: list[Exception] = []

    def send_until_an_error() -> None:
        while not errors:
            with taking:
                batch = next(batches, None)
            if batch is None:
                return
            try:
                codes = _send_batch(url_of(batch.queue), batch.entries)
            except (Unavailable, ServiceFault) as error:
                errors.append(error)
                return
            sent.update(place for index, place in enumerate(batch.places) if index not in codes)
            if codes:
                errors.append(Unavailable(f"The queue refused a part of the messages ({next(iter(codes.values()))})."))

    if len(messages) <= MAX_BATCH_MESSAGES:
        send_until_an_error()
    else:
        in_parallel([send_until_an_error] * SENDERS)
    if errors:
        first = errors[0]
        if not isinstance(first, Unavailable):
            raise first
        unsent = (place for place in range(len(messages)) if place not in sent)
        raise PartlySent(first.detail, next(unsent)) from first


def send_later(queue: Queue, messages: list[Message], delays: list[int]) -> None:
    """Send up to ten messages by one call; each can be received after a delay in seconds.

    Raises:
        Unavailable: some messages may have been sent.
    """
    delayed = zip(messages, delays, strict=True)
    codes = _send_batch(url_of(queue), [_parameters(message) | {"DelaySeconds": delay} for message, delay in delayed])
    if codes:
        raise Unavailable(f"The queue refused a part of the messages ({next(iter(codes.values()))}).")


def _parameters(message: Message) -> Parameters:
    """Return the parameters of a message. One caller's messages are a message group.

    SQS gives the messages of other groups precedence over those of a group that occupies most of the consumers. Source:
    Amazon SQS Developer Guide, "Amazon SQS fair queues".
    """
    body = {"MessageBody": encode(message)}
    return body | {"MessageGroupId": message.caller} if message.caller else body


def _size(parameters: Parameters) -> int:
    """Return the bytes of a message: the length of its body in UTF-8."""
    body = parameters["MessageBody"]
    return len(body) if body.isascii() else len(body.encode())


@dataclass(slots=True)
class _Batch:
    """The messages of a call."""

    queue: Queue
    entries: list[Parameters] = field(default_factory=list)
    #: Their places among all that are to be sent.
    places: list[int] = field(default_factory=list)
    bytes: int = 0


def _batches(messages: Iterable[tuple[Queue, Message]]) -> Iterator[_Batch]:
    """Yield the batches of messages; each message is encoded when its batch is made."""
    last: dict[Queue, _Batch] = {}
    for place, (queue, message) in enumerate(messages):
        parameters = _parameters(message)
        size, batch = _size(parameters), last.setdefault(queue, _Batch(queue))
        if batch.entries and (batch.bytes + size > MAX_BATCH_BYTES or len(batch.entries) == MAX_BATCH_MESSAGES):
            yield batch
            batch = last[queue] = _Batch(queue)
        batch.entries.append(parameters)
        batch.places.append(place)
        batch.bytes += size
    yield from last.values()


def _send_batch(queue_url: str, messages: list[Parameters]) -> dict[int, str]:
    """Send messages by one call, and return the error codes of those that the queue refuses, by their places."""
    entries: Any = [{"Id": str(index), **message} for index, message in enumerate(messages)]  # plain dicts
    with call():
        response = sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)
    return {int(entry["Id"]): entry.get("Code", "unknown") for entry in response.get("Failed", [])}
