"""The calls to SQS.

Every function raises Unavailable where a queue does not respond, and ClientError where SQS refuses the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from chalicelib.aws import sqs, transient_faults
from chalicelib.errors import Unavailable
from chalicelib.group_commit import GroupCommit
from chalicelib.settings import settings
from chalicelib.tasks.messages import Message, encode

#: Messages of one call. Source: Amazon SQS Developer Guide, "Message quotas".
MAX_BATCH_MESSAGES = 10
#: Bytes of all messages of one call. Source: the same page.
MAX_BATCH_BYTES = 1_048_576
#: The longest visibility timeout in seconds. Source: the same page.
MAX_VISIBILITY_SECONDS = 43_200
#: How often a queue delivers a message before it moves it to the dead letters: `maxReceiveCount` in
#: infra/template/queues.yaml.
MAX_RECEIVES = 5


#: The parameters with which a message is sent, beside its queue.
Parameters = dict[str, str]


class Queue(StrEnum):
    """The queues, one for each class of cost, so that cheap work never waits behind expensive work."""

    #: Single numbers.
    TASKS = "tasks"
    #: Chunks of lists.
    LISTS = "lists"
    #: Screenings of large numbers, and short proofs.
    PROOFS = "proofs"
    #: Long proofs.
    LONG_PROOFS = "long_proofs"
    #: Messages that failed every attempt.
    DEAD_LETTERS = "dead_letters"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages a queue holds, approximately."""

    #: Messages that can be received.
    waiting: int
    #: Messages that were received and are hidden until their visibility timeout ends.
    in_flight: int
    #: Messages that were sent with a delay that has not passed.
    delayed: int


def send(queue: Queue, message: Message) -> None:
    """Send a message. Threads that send at the same time share a call.

    Raises:
        Unavailable: the queue does not respond, or refuses the message; the message may have been sent.
    """
    _committers[queue].commit(_parameters(message))


def send_all(queue: Queue, messages: list[Message]) -> None:
    """Send messages in as few calls as possible.

    Raises:
        Unavailable: the queue does not respond, or refuses a message; some may have been sent.
    """
    for batch in _batches([_parameters(message) for message in messages]):
        codes = _send_batch(_url(queue), batch)
        if codes:
            raise Unavailable(f"The queue refused a part of the messages ({next(iter(codes.values()))}).")


def set_visibility_timeout(queue: Queue, receipt_handle: str, seconds: int) -> None:
    """Hide a received message for this long from now; 0 makes it visible at once.

    Raises:
        Unavailable: the queue does not respond.
    """
    with transient_faults("queue"):
        sqs().change_message_visibility(
            QueueUrl=_url(queue), ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, MAX_VISIBILITY_SECONDS)
        )


def counts(queue: Queue) -> Counts:
    """Return how many messages a queue holds.

    Raises:
        Unavailable: the queue does not respond.
    """
    with transient_faults("queue"):
        response = sqs().get_queue_attributes(
            QueueUrl=_url(queue),
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )
    attributes = response["Attributes"]
    return Counts(
        waiting=int(attributes["ApproximateNumberOfMessages"]),
        in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
    )


def _url(queue: Queue) -> str:
    url: str = getattr(settings(), f"{queue}_queue_url")
    return url


def _parameters(message: Message) -> Parameters:
    """Return the parameters of a message; those of one caller are a message group.

    SQS gives the messages of other groups precedence over those of a group that occupies most of the consumers. Source:
    Amazon SQS Developer Guide, "Amazon SQS fair queues".
    """
    body = {"MessageBody": encode(message)}
    return body | {"MessageGroupId": message.caller} if message.caller else body


def _size(parameters: Parameters) -> int:
    """Return the bytes of a message: the length of its body in UTF-8."""
    body = parameters["MessageBody"]
    return len(body) if body.isascii() else len(body.encode())


def _batches(messages: list[Parameters]) -> list[list[Parameters]]:
    batches: list[list[Parameters]] = []
    size = MAX_BATCH_BYTES
    for message in messages:
        width = _size(message)
        if size + width > MAX_BATCH_BYTES or len(batches[-1]) == MAX_BATCH_MESSAGES:
            batches.append([])
            size = 0
        batches[-1].append(message)
        size += width
    return batches


def _send_group(queue: Queue, messages: list[Parameters]) -> list[Exception | None]:
    """Send the messages of several threads, and return the error of each."""
    if len(messages) == 1:
        with transient_faults("queue"):
            sqs().send_message(QueueUrl=_url(queue), **messages[0])  # type: ignore[arg-type] # a plain dict
        return [None]
    codes = _send_batch(_url(queue), messages)
    return [
        Unavailable(f"The queue refused the message ({codes[index]}).") if index in codes else None
        for index in range(len(messages))
    ]


#: For each queue what its threads send at the same time.
_committers = {
    queue: GroupCommit(partial(_send_group, queue), _size, MAX_BATCH_MESSAGES, MAX_BATCH_BYTES) for queue in Queue
}


def _send_batch(queue_url: str, messages: list[Parameters]) -> dict[int, str]:
    """Send messages by one call, and return the error codes of those that the queue refuses, by their places."""
    entries: Any = [{"Id": str(index), **message} for index, message in enumerate(messages)]  # plain dicts
    with transient_faults("queue"):
        response = sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)
    return {int(entry["Id"]): entry.get("Code", "unknown") for entry in response.get("Failed", [])}
