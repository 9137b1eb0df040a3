"""What the queues carry: a number, or one chunk of a list."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.tasks import ids


@dataclass(frozen=True, slots=True)
class Message:
    """One number or one chunk of a list, to be answered for a task.

    `numbers` are hexadecimal and separated by spaces, so that no size of number meets the interpreter's
    limit on decimal digits. `chunk` counts from 1 to `chunks`, `first` is the index of the chunk's first
    number in its list; all three are 0 for a single number. `retries` counts how often the task was queued
    again after a failure.
    """

    task_id: str
    numbers: str
    chunk: int = 0
    chunks: int = 0
    first: int = 0
    retries: int = 0

    @property
    def is_chunk(self) -> bool:
        """Whether this is a part of a list."""
        return self.chunk > 0

    def values(self) -> list[int]:
        """Return the numbers."""
        return [int(number, 16) for number in self.numbers.split()]

    def again(self, retries: int) -> Message:
        """Return the same message for a later round."""
        return replace(self, retries=retries)


class UnknownMessage(ValueError):
    """The message is not one that this service sends."""


def single(task_id: str, number: int) -> Message:
    """Return the message for one number."""
    return Message(task_id, f"{number:x}")


def encode(message: Message) -> str:
    """Return the message's body: JSON without the fields that say nothing."""
    body: dict[str, Any] = {"task_id": message.task_id, "numbers": message.numbers}
    if message.is_chunk:
        body |= {"chunk": message.chunk, "chunks": message.chunks, "first": message.first}
    if message.retries:
        body["retries"] = message.retries
    return json.dumps(body, separators=(",", ":"))


def decode(body: str) -> Message:
    """Return the message that a body holds; raise UnknownMessage saying what is wrong with it."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnknownMessage(f"The body is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise UnknownMessage("The body is not a JSON object.")
    try:
        message = Message(**fields)
        counts = (message.chunk, message.chunks, message.first, message.retries)
        if not all(type(count) is int and count >= 0 for count in counts):
            raise UnknownMessage("A count is not a whole number.")
        if not isinstance(message.task_id, str) or not ids.is_well_formed(message.task_id):
            raise UnknownMessage("The task_id is not one of ours.")
        values = message.values()
    except (TypeError, ValueError, AttributeError) as error:
        raise UnknownMessage(f"The fields are not a message's: {error}") from error
    if not values or (not message.is_chunk and len(values) > 1) or message.chunk > message.chunks:
        raise UnknownMessage("A message carries one number, or a chunk of at least one.")
    return message
