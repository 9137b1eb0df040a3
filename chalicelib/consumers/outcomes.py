"""Records and outcomes: what a consumer gets, what it decides, and what an exception decides.

They are plain data: settle.py acts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from chalicelib.errors import ServiceFault, Unavailable
from chalicelib.queues import MAX_RECEIVES, Queue
from chalicelib.store.number_results import TaskUpdate
from chalicelib.store.stored_results import StoredResult
from chalicelib.tasks.messages import ChunkMessage, Message, NumberMessage

if TYPE_CHECKING:  # the consumer of the dead letters has no native library, which the screening of chunks needs
    from chalicelib.primality.chunk_screening import ChunkResults

T = TypeVar("T")

#: An error in a task has no more characters than this.
MAX_ERROR_CHARACTERS = 300
#: The delay after the first failed attempt in seconds, and its growth: 2, 8, 32 and 128 s before the second to the
#: fifth attempt.
FIRST_DELAY_SECONDS, DELAY_GROWTH = 2, 4
#: A dead letter that is sent to its first queue can be received after this time, in seconds: a deploy that failed its
#: attempts is rolled back by then.
REDRIVE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receive of a message."""

    message_id: str
    receipt_handle: str
    receive_count: int


@dataclass(frozen=True, slots=True)
class Record(Receipt):
    """One receive of a message that was decoded."""

    message: Message
    #: The estimated time of its number or its chunk, in seconds.
    seconds: float
    #: Which attempt this is, from 1: a receive is none where the message was then put off or handed back.
    attempt: int

    @property
    def number(self) -> NumberMessage:
        """The message of a single number.

        Raises:
            TypeError: it is a chunk.
        """
        if not isinstance(self.message, NumberMessage):
            raise TypeError("a queue of single numbers got a chunk")
        return self.message

    @property
    def chunk(self) -> ChunkMessage:
        """The message of a chunk.

        Raises:
            TypeError: it is a single number.
        """
        if not isinstance(self.message, ChunkMessage):
            raise TypeError("a queue of chunks got a single number")
        return self.message

    def anew(self) -> Message:
        """Return the message to send again, without this attempt."""
        return replace(self.message, attempts=self.attempt - 1)

    @property
    def subject(self) -> str:
        """What the message is about, for an error's text."""
        if isinstance(self.message, NumberMessage):
            return "the number"
        first, last = self.message.first, self.message.first + self.message.count - 1
        return f"chunk {self.message.chunk} of {self.message.chunks} (numbers {first} to {last} of the list)"


@dataclass(frozen=True, slots=True)
class Interim:
    """An interim result of a number, whose consumer goes on with it once it is written."""

    record: Record
    update: TaskUpdate


@dataclass(frozen=True, slots=True)
class Forward:
    """A number whose computation goes on in another queue, once what is known of it is written."""

    record: Record
    update: TaskUpdate
    queue: Queue


@dataclass(frozen=True, slots=True)
class Finished:
    """The final result of a number."""

    record: Record
    update: TaskUpdate
    #: What is stored by the number once the result is written, None for nothing.
    keep: StoredResult | None = None


@dataclass(frozen=True, slots=True)
class FinishedChunk:
    """The results of a chunk of a list."""

    record: Record
    results: ChunkResults


@dataclass(frozen=True, slots=True)
class Failed:
    """A task that no other attempt can finish."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True)
class Redrive:
    """A dead letter whose attempts left no error: it is sent to its first queue, once."""

    record: Record


@dataclass(frozen=True, slots=True)
class Stale:
    """A message whose task is not open: it changes nothing, and is deleted."""

    record: Record
    #: What was found of the number before its task was cancelled, None for nothing.
    keep: StoredResult | None = None


@dataclass(frozen=True, slots=True)
class HandBack:
    """A message that needs more than the function's time: it is sent again and loses no attempt."""

    record: Record


@dataclass(frozen=True, slots=True)
class PutOff:
    """A message whose task cannot be processed now: it is sent again with a delay and loses no attempt."""

    record: Record


@dataclass(frozen=True, slots=True)
class Retry:
    """A failed attempt: the message is delivered again after a delay."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that this version cannot decode. It is never deleted: a newer consumer may be able to read it."""

    record: Receipt
    reason: str


Update: TypeAlias = Interim | Forward | Finished
Outcome: TypeAlias = Update | FinishedChunk | Failed | Redrive | Stale | HandBack | PutOff | Retry | Unreadable


def retry_delay(receive_count: int) -> int:
    """Return the seconds between a failed attempt and the next one, up to a fifth of them random."""
    if receive_count >= MAX_RECEIVES:
        return 0
    delay = float(FIRST_DELAY_SECONDS * DELAY_GROWTH ** (receive_count - 1))
    return round(delay * random.uniform(1.0, 1.2))  # noqa: S311 - spreads the load, no secret


def put_off_delay(put_offs: int) -> int:
    """Return the delay of a message by the number of its earlier delays: 2, 8, 32, then 128 seconds or more.

    Up to a fifth of them is random.
    """
    return retry_delay(min(put_offs + 1, MAX_RECEIVES - 1))


class ComputationFailed(Exception):
    """The computation raised an exception: it would raise the same one in each attempt."""


@contextmanager
def computation() -> Iterator[None]:
    """Raise ComputationFailed if the computation in the block raises an error about its number.

    A lack of memory or time, and a child process that was killed, are not among these errors. Nor is a TypeError, which
    a fault of the code is likelier to raise: its task has five attempts, until the alarms roll a deploy back.
    """
    try:
        yield
    except (ValueError, ArithmeticError) as error:
        raise ComputationFailed(f"{type(error).__name__}: {error}") from error


def is_fault(error: Exception) -> bool:
    """Return whether an error is a fault of the service, not of the message."""
    return isinstance(error, ServiceFault | ImportError)


def outcome_of(record: Record, error: Exception) -> Outcome:
    """Return the outcome of a record that met an error.

    If the table or a queue does not respond, or the fault is the service's own, the message is not the reason.
    """
    if isinstance(error, Unavailable) or is_fault(error):
        return PutOff(record)
    if isinstance(error, ComputationFailed):
        return Failed(record, f"{record.subject}: {error}"[:MAX_ERROR_CHARACTERS])
    return Retry(record, f"{record.subject}: {type(error).__name__}: {error}"[:MAX_ERROR_CHARACTERS])


def caught(act: Callable[..., T], *arguments: Any) -> T | Exception:  # noqa: ANN401 - of any function
    """Call a function, and return what it returns, or the exception that it raises."""
    try:
        return act(*arguments)
    except Exception as error:  # noqa: BLE001 - one bad message or call must not delay the rest of the batch
        return error
