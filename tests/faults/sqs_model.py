"""A model of the service's queues that keeps what SQS promises and no more.

A message is delivered at least once, in any order, and moves to the dead letters after five receives. It is deleted
when its retention period has passed since it was first sent, also in the dead letters. Time passes only when a test
advances it. The model takes the place of SQS below botocore: see fault_injection.py.

Source: Amazon SQS Developer Guide, "Amazon SQS standard queues", "Amazon SQS visibility timeout" and "Using
dead-letter queues in Amazon SQS": a standard queue's message keeps its time of sending when it becomes a dead letter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from chalicelib.queues import MAX_RECEIVES, Queue
from infra.packaging.consumers import consumer_parts
from infra.packaging.roles import queue_id
from tests.support.aws import Record
from tests.support.doubles import Clock

#: The visibility timeout of the queues in seconds: that of the long proofs, the longest.
VISIBILITY_SECONDS = 5_400


@cache
def retention_seconds(queue: Queue) -> float:
    """Return the retention period that the template gives a queue."""
    return float(consumer_parts()["Resources"][queue_id(queue)]["Properties"]["MessageRetentionPeriod"])


class SqsError(Exception):
    """SQS refuses a call."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False)
class StoredMessage:
    """A message in a queue."""

    queue: Queue
    body: str
    message_id: str
    #: When it was first sent, in seconds since 1970.
    sent_at: float
    receive_count: int = 0
    #: When it can be received, in seconds since 1970.
    visible_at: float = 0

    def record(self) -> Record:
        """Return the message as an event of an event source mapping has it."""
        return {
            "messageId": self.message_id,
            "receiptHandle": self.message_id,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(self.receive_count)},
        }


@dataclass
class SqsModel:
    """All messages of all queues."""

    clock: Clock
    messages: list[StoredMessage] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def now(self) -> float:
        """The time in seconds since 1970."""
        return self.clock.seconds

    def pass_time(self, seconds: float) -> None:
        """Let time pass: the messages that are too old then are deleted."""
        self.clock.seconds += max(seconds, 0.0)
        self.messages = [each for each in self.messages if self.now - each.sent_at < retention_seconds(each.queue)]

    def __call__(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the response to a call of the service.

        Raises:
            SqsError: SQS would refuse the call.
        """
        queue = Queue(parameters["QueueUrl"].rpartition("/")[2])
        if operation == "SendMessage":
            return {"MessageId": self.add(queue, parameters["MessageBody"]).message_id}
        if operation == "SendMessageBatch":
            for entry in parameters["Entries"]:
                self.add(queue, entry["MessageBody"]).visible_at += entry.get("DelaySeconds", 0)
            return {"Successful": [{"Id": entry["Id"]} for entry in parameters["Entries"]]}
        if operation == "GetQueueAttributes":
            visible = sum(message.visible_at <= self.now for message in self.in_queue(queue))
            hidden = len(self.in_queue(queue)) - visible
            counts = {"": visible, "NotVisible": hidden, "Delayed": 0}
            return {"Attributes": {f"ApproximateNumberOfMessages{name}": str(n) for name, n in counts.items()}}
        assert operation == "ChangeMessageVisibility", operation
        found = [message for message in self.messages if message.message_id == parameters["ReceiptHandle"]]
        if not found:
            raise SqsError("InvalidParameterValue")
        found[0].visible_at = self.now + parameters["VisibilityTimeout"]
        return {}

    def add(self, queue: Queue, body: str, receive_count: int = 0) -> StoredMessage:
        """Put a message into a queue and return it."""
        message = StoredMessage(queue, body, str(next(self._numbers)), self.now, receive_count, self.now)
        self.messages.append(message)
        return message

    def in_queue(self, queue: Queue) -> list[StoredMessage]:
        """Return the messages of a queue, hidden ones included."""
        return [message for message in self.messages if message.queue is queue]

    def receive_visible(self, queue: Queue, limit: int = 10) -> list[Record]:
        """Receive the messages of a queue that are visible."""
        return self.receive([message for message in self.in_queue(queue) if message.visible_at <= self.now][:limit])

    def receive(self, messages: Iterable[StoredMessage]) -> list[Record]:
        """Receive messages, hidden or not; after too many receives a message moves to the dead letters instead."""
        records = []
        for message in messages:
            message.receive_count += 1
            if message.receive_count > MAX_RECEIVES and message.queue is not Queue.DEAD_LETTERS:
                message.queue, message.receive_count, message.visible_at = Queue.DEAD_LETTERS, 0, self.now
            else:
                message.visible_at = self.now + VISIBILITY_SECONDS
                records.append(message.record())
        return records

    def find(self, message_ids: set[str]) -> list[StoredMessage]:
        return [message for message in self.messages if message.message_id in message_ids]

    def delete(self, message_ids: set[str]) -> None:
        self.messages = [message for message in self.messages if message.message_id not in message_ids]
