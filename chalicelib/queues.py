"""The calls to SQS.

Every function raises Unavailable where a queue does not respond, and ClientError where SQS refuses the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from chalicelib.aws import sqs, transient_faults
from chalicelib.errors import Unavailable
from chalicelib.group_commit import GroupCommit, byte_length
from chalicelib.settings import settings
from chalicelib.tasks.messages import Message, encode

#: Messages of one call. Source: Amazon SQS Developer Guide, "Message quotas".
MAX_BATCH_MESSAGES = 10
#: Bytes of all messages of one call. Source: the same page.
MAX_BATCH_BYTES = 1_048_576
#: The longest visibility timeout in seconds. Source: the same page.
MAX_VISIBILITY_SECONDS = 43_200
#: How often a queue delivers a message before it moves it to the dead letters: `maxReceiveCount` in infra/queues.yaml.
MAX_RECEIVES = 5


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
    _committers[queue].commit(encode(message))


def send_all(queue: Queue, messages: list[Message]) -> None:
    """Send messages in as few calls as possible.

    Raises:
        Unavailable: the queue does not respond, or refuses a message; some may have been sent.
    """
    for batch in _batches([encode(message) for message in messages]):
        _send_batch(_url(queue), batch)


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


def _batches(bodies: list[str]) -> list[list[str]]:
    batches: list[list[str]] = []
    size = MAX_BATCH_BYTES
    for body in bodies:
        width = byte_length(body)
        if size + width > MAX_BATCH_BYTES or len(batches[-1]) == MAX_BATCH_MESSAGES:
            batches.append([])
            size = 0
        batches[-1].append(body)
        size += width
    return batches


def _send_group(queue: Queue, bodies: list[str]) -> list[Exception | None]:
    """Send the messages of several threads, and return the error of each."""
    if len(bodies) == 1:
        with transient_faults("queue"):
            sqs().send_message(QueueUrl=_url(queue), MessageBody=bodies[0])
        return [None]
    entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
    with transient_faults("queue"):
        response = sqs().send_message_batch(QueueUrl=_url(queue), Entries=entries)  # type: ignore[arg-type] # plain dicts
    failed = {int(entry["Id"]): entry.get("Code", "unknown") for entry in response.get("Failed", [])}
    return [
        Unavailable(f"The queue refused the message ({failed[index]}).") if index in failed else None
        for index in range(len(bodies))
    ]


#: For each queue what its threads send at the same time.
_committers = {queue: GroupCommit(partial(_send_group, queue), MAX_BATCH_MESSAGES, MAX_BATCH_BYTES) for queue in Queue}


def _send_batch(queue_url: str, bodies: list[str]) -> None:
    entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
    with transient_faults("queue"):
        response = sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)  # type: ignore[arg-type] # plain dicts
    if response.get("Failed"):
        code = response["Failed"][0].get("Code", "unknown")
        raise Unavailable(f"The queue refused a part of the messages ({code}).")
