"""The batch of records that a function receives from a queue, and what is delivered again of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib import queues
from chalicelib.primality.result import Result
from chalicelib.queues import MAX_RECEIVES, MAX_VISIBILITY_SECONDS, Queue
from chalicelib.store import tasks as store
from chalicelib.tasks.messages import ChunkMessage, Message, UnreadableMessage, decode
from chalicelib.telemetry import Invocation

#: The delay after the first failed attempt in seconds, and its growth: 2, 8, 32 and 128 s before the second to the
#: fifth attempt, so that an outage of a few minutes fails no task.
FIRST_DELAY_SECONDS, DELAY_GROWTH = 2, 4
#: An error in a task has no more characters than this.
MAX_ERROR_CHARACTERS = 300
#: A consumer stops this long before its function's timeout, in seconds: what it has is written in that time.
MARGIN_SECONDS = 5.0
#: The same for a computation in a child process, which is stopped at its deadline.
COMPUTE_MARGIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Record:
    """One receive of a message."""

    message_id: str
    receipt_handle: str
    receive_count: int
    message: Message


class Batch:
    """The records of one invocation, and the ids of the messages that are to be delivered again."""

    def __init__(
        self,
        event_records: Iterable[dict[str, Any]],
        queue: Queue,
        invocation: Invocation,
        remaining_seconds: Callable[[], float],
    ) -> None:
        """Read the records of an event.

        Args:
            event_records: the event's records. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
            queue: the queue that they come from.
            invocation: the log line.
            remaining_seconds: how long the function may still run.
        """
        self.queue = queue
        self.invocation = invocation
        self.remaining_seconds = remaining_seconds
        self.records: list[Record] = []
        self._failed: list[str] = []
        for event_record in event_records:
            self._read(event_record)

    def has_time_for(self, seconds: float) -> bool:
        """Return whether work of this duration ends before the function's timeout."""
        return self.remaining_seconds() > seconds + MARGIN_SECONDS

    def seconds_to_compute(self) -> float:
        """Return how long a computation may take before its interim result must be written, at least one second."""
        return max(self.remaining_seconds() - COMPUTE_MARGIN_SECONDS, 1.0)

    def count_result(self, result: Result) -> None:
        """Log and count the final result of a number."""
        self.invocation.count(f"success_{result.verdict}")
        self.invocation.count("finished")

    def schedule_retry(self, record: Record, error: Exception) -> None:
        """Write to the task that an attempt failed, and have the message delivered again after a delay.

        The last attempt has no delay: SQS moves a message to the dead letters when it would be visible again. Where
        the table or the queue does not respond, the message is delivered again after the queue's visibility timeout.
        """
        reason = f"{describe(record.message)}: {type(error).__name__}: {error}"[:MAX_ERROR_CHARACTERS]
        self.invocation.count("retries")
        self.invocation.append("errors", reason)
        self._failed.append(record.message_id)
        try:
            store.write_retry(record.message, record.receive_count, reason)
        except Exception as second_error:  # noqa: BLE001 - logged: the rest of the batch must be finished
            self.invocation.append("errors", f"{type(second_error).__name__}: {second_error}")
        else:
            self.set_visibility_timeout(record.receipt_handle, retry_delay(record.receive_count))

    def deliver_again(self, record: Record, error: str | None = None) -> None:
        """Have a message delivered again at once; nothing is written to its task."""
        if error:
            self.invocation.append("errors", error)
        self._failed.append(record.message_id)
        self.set_visibility_timeout(record.receipt_handle, 0)

    def hand_back(self, record: Record) -> None:
        """Give back a message for which the function's time does not suffice.

        A message that was never tried is sent anew, so that its receives are not used up. One that was tried before is
        delivered again at once, which takes one of its receives.
        """
        self.invocation.count("handed_back")
        if record.receive_count > 1:
            self.deliver_again(record)
            return
        try:
            queues.send_all(self.queue, [record.message])
        except Exception as error:  # noqa: BLE001 - it is delivered again in another way
            self.deliver_again(record, f"{type(error).__name__}: {error}")

    def set_visibility_timeout(self, receipt_handle: str, seconds: int) -> None:
        """Set the visibility timeout of a message; a failure is logged, and the queue's own timeout stays."""
        try:
            queues.set_visibility_timeout(self.queue, receipt_handle, seconds)
        except Exception as error:  # noqa: BLE001 - the handle may have expired; the work on the message goes on
            self.invocation.append("errors", f"{type(error).__name__}: {error}")

    def partial_batch_response(self) -> dict[str, list[dict[str, str]]]:
        """Return the response that names the messages to deliver again; the others are deleted."""
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in self._failed]}

    def _read(self, event_record: dict[str, Any]) -> None:
        message_id, receipt_handle = event_record["messageId"], event_record["receiptHandle"]
        receive_count = int(event_record["attributes"]["ApproximateReceiveCount"])
        self.invocation.maximum("receive_count", receive_count)
        try:
            message = decode(event_record["body"])
        except UnreadableMessage as error:
            self._keep_unreadable(message_id, receipt_handle, receive_count, error)
            return
        self.invocation.append("task_ids", message.task_id)
        self.records.append(Record(message_id, receipt_handle, receive_count, message))

    def _keep_unreadable(self, message_id: str, receipt_handle: str, receive_count: int, error: Exception) -> None:
        """Leave a message to later attempts and then to the dead letters: a newer consumer may be able to read it."""
        self.invocation.count("unreadable")
        self.invocation.append("unreadable_messages", {"message_id": message_id, "reason": str(error)[:200]})
        self._failed.append(message_id)
        is_dead_letter = self.queue is Queue.DEAD_LETTERS
        seconds = MAX_VISIBILITY_SECONDS if is_dead_letter else retry_delay(receive_count)
        self.set_visibility_timeout(receipt_handle, seconds)


def retry_delay(receive_count: int) -> int:
    """Return the seconds between a failed attempt and the next one, up to a fifth of them random."""
    if receive_count >= MAX_RECEIVES:
        return 0
    delay = float(FIRST_DELAY_SECONDS * DELAY_GROWTH ** (receive_count - 1))
    return round(delay * random.uniform(1.0, 1.2))  # noqa: S311 - spreads the load, no secret


def describe(message: Message) -> str:
    """Return what a message is about, for an error's text."""
    if isinstance(message, ChunkMessage):
        last = message.first + message.count - 1
        return f"chunk {message.chunk} of {message.chunks} (numbers {message.first} to {last} of the list)"
    return "the number"
