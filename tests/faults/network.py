"""Queues as Amazon promises them and no better: at least once, in any order, five receives."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.aws import Record

TASKS, PROOFS, DEAD_LETTERS = "tasks", "proofs", "dead_letters"
MOST_RECEIVES = 5


@dataclass(eq=False)
class Letter:
    """A message in a queue."""

    queue: str
    body: str
    number: int
    receives: int = 0

    def record(self) -> Record:
        """Return the message as an event has it."""
        return {
            "messageId": str(self.number),
            "receiptHandle": str(self.number),
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(self.receives)},
        }


@dataclass
class Network:
    """All queues' messages; it answers the calls that the service makes to SQS."""

    letters: list[Letter] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def __call__(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Answer a call."""
        queue = parameters["QueueUrl"].rpartition("/")[2]
        if operation == "SendMessage":
            self.add(queue, parameters["MessageBody"])
        elif operation == "SendMessageBatch":
            for entry in parameters["Entries"]:
                self.add(queue, entry["MessageBody"])
            return {"Successful": [{"Id": entry["Id"]} for entry in parameters["Entries"]]}
        else:
            assert operation == "ChangeMessageVisibility"
        return {}

    def add(self, queue: str, body: str, receives: int = 0) -> None:
        """Put a message into a queue."""
        self.letters.append(Letter(queue, body, next(self.numbers), receives))

    def receive(self, letters: list[Letter]) -> list[Record]:
        """Receive messages; one that was received too often goes to the dead letters instead."""
        records = []
        for letter in letters:
            letter.receives += 1
            if letter.receives > MOST_RECEIVES and letter.queue != DEAD_LETTERS:
                letter.queue, letter.receives = DEAD_LETTERS, 0
            else:
                records.append(letter.record())
        return records

    def delete(self, numbers: set[str]) -> None:
        """Delete messages."""
        self.letters = [letter for letter in self.letters if str(letter.number) not in numbers]
