"""The queues: every call to SQS is made here."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.aws import sqs, unavailable
from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.tasks.messages import Message, encode

#: Messages in one call (Amazon SQS Developer Guide, "Message quotas").
BATCH = 10
#: Bytes of all messages in one call (same page).
BATCH_BYTES = 1_048_576
#: The longest that a message can be kept from its next receive, in seconds (same page).
LONGEST_DELAY = 43_200


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages a queue holds; SQS calls the numbers approximate."""

    waiting: int
    in_flight: int
    delayed: int


def send(message: Message) -> None:
    """Put a message on the tasks queue."""
    with unavailable("queue"):
        sqs().send_message(QueueUrl=settings().tasks_queue_url, MessageBody=encode(message))


def send_all(messages: list[Message]) -> None:
    """Put messages on the tasks queue in as few calls as they take; some may be there when it fails."""
    for batch in _batches([encode(message) for message in messages]):
        _send_batch(settings().tasks_queue_url, batch)


def forward(messages: list[Message]) -> None:
    """Put up to ten messages on the proofs queue."""
    for batch in _batches([encode(message) for message in messages]):
        _send_batch(settings().proofs_queue_url, batch)


def hide(queue_url: str, receipt_handle: str, seconds: int) -> None:
    """Keep a received message from its next receive for this long, from now."""
    with unavailable("queue"):
        sqs().change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, LONGEST_DELAY)
        )


def counts(queue_url: str) -> Counts:
    """Return how many messages a queue holds."""
    with unavailable("queue"):
        answer = sqs().get_queue_attributes(
            QueueUrl=queue_url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )
    attributes = answer["Attributes"]
    return Counts(
        waiting=int(attributes["ApproximateNumberOfMessages"]),
        in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
    )


def _batches(bodies: list[str]) -> list[list[str]]:
    batches: list[list[str]] = []
    size = BATCH_BYTES
    for body in bodies:
        if size + len(body) > BATCH_BYTES or len(batches[-1]) == BATCH:
            batches.append([])
            size = 0
        batches[-1].append(body)
        size += len(body)
    return batches


def _send_batch(queue_url: str, bodies: list[str]) -> None:
    entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
    with unavailable("queue"):
        answer = sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)  # type: ignore[arg-type] # plain dicts
    if answer.get("Failed"):
        reason = answer["Failed"][0].get("Code", "unknown")
        raise Unavailable(f"The queue refused a part of the task ({reason}).")
