"""A message as a consumer receives it, and what happens when its attempt fails."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import ServiceError
from chalicelib.tasks import queues, records
from chalicelib.tasks.messages import Message, UnknownMessage, decode
from chalicelib.telemetry import Invocation

#: The delay after a first failed attempt in seconds, and what each further one multiplies it by: 2, 8, 32
#: and 128 s before the fifth and last, so that an outage of a few minutes loses nothing.
FIRST_DELAY, GROWTH = 2, 4
#: Characters of an error that a task's record shows.
REASON_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """One receive of a message; `attempts` is its receive count."""

    message_id: str
    receipt_handle: str
    attempts: int
    message: Message


def read_deliveries(records_of_event: Iterable[dict[str, Any]], invocation: Invocation) -> list[Delivery]:
    """Return an event's messages, without those that are none of ours.

    Such a one cannot get better by being tried again and no task waits for it: it is logged and done with.
    """
    deliveries = []
    for record in records_of_event:
        try:
            message = decode(record["body"])
        except UnknownMessage as error:
            invocation.note("unknown_messages", {"message_id": record["messageId"], "reason": str(error)[:200]})
            continue
        attempts = int(record["attributes"]["ApproximateReceiveCount"])
        deliveries.append(Delivery(record["messageId"], record["receiptHandle"], attempts, message))
        invocation.note("task_ids", message.task_id)
        invocation.most("receive_count", attempts)
    return deliveries


def fail(delivery: Delivery, error: Exception, queue_url: str, invocation: Invocation) -> str:
    """Write that an attempt failed, put its next one off, and return the message's id for the batch's response.

    Where table or queue are what failed, neither can be written: the message then comes back after the
    queue's own visibility timeout.
    """
    invocation.count("retries")
    reason = f"{describe(delivery.message)}: {type(error).__name__}: {error}"[:REASON_CHARACTERS]
    invocation.note("errors", reason)
    try:
        records.write_retry(delivery.message, delivery.attempts, reason)
        queues.hide(queue_url, delivery.receipt_handle, delay(delivery.attempts))
    except ServiceError as second:
        invocation.note("errors", second.detail)
    return delivery.message_id


def delay(attempts: int) -> int:
    """Return the seconds to wait after so many failed attempts, with a fifth of chance in them."""
    return round(float(FIRST_DELAY * GROWTH ** (attempts - 1)) * random.uniform(1.0, 1.2))  # noqa: S311 - spreads load only


def describe(message: Message) -> str:
    """Return what a message asks for, in words that are safe to show and to log."""
    if message.is_chunk:
        last = message.first + message.numbers.count(" ")
        return f"chunk {message.chunk} of {message.chunks} (numbers {message.first} to {last} of the list)"
    return "the number"


def response(failed: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return a partial batch response (AWS Lambda Developer Guide, "Handling errors for an SQS event source")."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
