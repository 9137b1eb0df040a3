"""Records and outcomes: what a consumer gets, and what it decides.

A class for each outcome. Its `settle` does what the outcome means and returns whether the consumer may go on with the
record. `Finished` and `Interim` have none: a batch writes the results of numbers together.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from chalicelib import sending
from chalicelib.queues import MAX_RECEIVES, MAX_VISIBILITY_SECONDS, Queue
from chalicelib.store import list_results, transitions
from chalicelib.store.number_results import TaskUpdate
from chalicelib.tasks.messages import ChunkMessage, Message

if TYPE_CHECKING:  # the consumer of the dead letters has no native library, which the screening of chunks needs
    from chalicelib.consumers.settle import Batch
    from chalicelib.primality.chunk_screening import ChunkResults

#: The delay after the first failed attempt in seconds, and its growth: 2, 8, 32 and 128 s before the second to the
#: fifth attempt.
FIRST_DELAY_SECONDS, DELAY_GROWTH = 2, 4
#: An error in a task has no more characters than this.
MAX_ERROR_CHARACTERS = 300


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

    def anew(self) -> Message:
        """Return the message as it is sent anew, without this attempt."""
        return replace(self.message, attempts=self.attempt - 1)


@dataclass(frozen=True, slots=True)
class Finished:
    """The final result of a number."""

    record: Record
    update: TaskUpdate


@dataclass(frozen=True, slots=True)
class Interim:
    """An interim result of a number, whose computation goes on here or in the queue that it is forwarded to."""

    record: Record
    update: TaskUpdate


@dataclass(frozen=True, slots=True)
class FinishedChunk:
    """The results of a chunk of a list."""

    record: Record
    message: ChunkMessage
    results: ChunkResults

    def settle(self, batch: Batch) -> bool:
        """Write the results and count them in the list."""
        text, primes, probable_primes = self.results
        attempts = self.record.attempt
        remaining = list_results.write_chunk(self.message, text, primes, probable_primes, attempts)
        if remaining is None:
            return Stale(self.record).settle(batch)
        if not remaining:
            batch.note_final(self.message)
        batch.invocation.metrics["chunks"] += 1
        batch.finished += self.message.count
        return True


@dataclass(frozen=True, slots=True)
class Failed:
    """A dead letter: its task has failed."""

    record: Record
    reason: str

    def settle(self, batch: Batch) -> bool:
        """Write FAILURE to the task."""
        if not transitions.write_failure(self.record.message, self.reason, MAX_RECEIVES):
            return Stale(self.record).settle(batch)
        batch.invocation.metrics["failure"] += 1
        batch.note_final(self.record.message)
        return True


@dataclass(frozen=True, slots=True)
class Stale:
    """A message whose task is not open: it changes nothing, and is deleted."""

    record: Record

    def settle(self, batch: Batch) -> bool:
        """Count the message."""
        batch.invocation.metrics["stale"] += 1
        return False


@dataclass(frozen=True, slots=True)
class HandBack:
    """A message for which the function's time does not suffice."""

    record: Record

    def settle(self, batch: Batch) -> bool:
        """Send the message anew, so that its receives are not used up. Where that fails, it is delivered again."""
        batch.invocation.metrics["handed_back"] += 1
        if not batch.succeeds(sending.send_all, batch.queue, [self.record.anew()]):
            batch.deliver_again(self.record, 0)
        return False


@dataclass(frozen=True, slots=True)
class PutOff:
    """A message whose task cannot be worked on now: the table or a queue does not respond."""

    record: Record

    def settle(self, batch: Batch) -> bool:
        """Leave the message to the end of the batch, which sends it anew with a delay.

        A dead letter is delivered again after a delay instead: its receives are not limited.
        """
        if batch.queue is Queue.DEAD_LETTERS:
            batch.deliver_again(self.record, put_off_delay(self.record.receive_count - 1))
        else:
            batch.put_off.append(self.record)
        return False


@dataclass(frozen=True, slots=True)
class Retry:
    """A failed attempt."""

    record: Record
    error: Exception

    def settle(self, batch: Batch) -> bool:
        """Write the error to the task, and have the message delivered again after a delay.

        The last attempt has no delay: SQS moves a message to the dead letters when it would be visible again. Where
        the table or the queue does not respond, the message is delivered again after the queue's visibility timeout.
        """
        record, error = self.record, f"{type(self.error).__name__}: {self.error}"
        if batch.queue is Queue.DEAD_LETTERS:  # the task has failed all of its attempts
            batch.invocation.lists["errors"].append(error)
            batch.deliver_again(record, put_off_delay(record.receive_count - 1))
            return False
        reason = f"{describe(record.message)}: {error}"[:MAX_ERROR_CHARACTERS]
        batch.invocation.metrics["retries"] += 1
        batch.invocation.lists["errors"].append(reason)
        is_written = batch.succeeds(transitions.write_retry, record.message, record.attempt, reason)
        batch.deliver_again(record, retry_delay(record.attempt) if is_written else None)
        return False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that this version cannot decode. It is never deleted: a newer consumer may be able to read it."""

    record: Receipt
    reason: str

    def settle(self, batch: Batch) -> bool:
        """Leave the message to later attempts and then to the dead letters."""
        batch.invocation.metrics["unreadable"] += 1
        entry = {"message_id": self.record.message_id, "reason": self.reason[:200]}
        batch.invocation.lists["unreadable_messages"].append(entry)
        is_dead_letter = batch.queue is Queue.DEAD_LETTERS
        delay = MAX_VISIBILITY_SECONDS if is_dead_letter else retry_delay(self.record.receive_count)
        batch.deliver_again(self.record, delay)
        return False


Outcome: TypeAlias = Finished | Interim | FinishedChunk | Failed | Stale | HandBack | PutOff | Retry | Unreadable


def retry_delay(receive_count: int) -> int:
    """Return the seconds between a failed attempt and the next one, up to a fifth of them random."""
    if receive_count >= MAX_RECEIVES:
        return 0
    delay = float(FIRST_DELAY_SECONDS * DELAY_GROWTH ** (receive_count - 1))
    return round(delay * random.uniform(1.0, 1.2))  # noqa: S311 - spreads the load, no secret


def put_off_delay(put_offs: int) -> int:
    """Return the seconds for which a message is put off that was put off so often before: 2, 8, 32, then 128 or more.

    Up to a fifth of them is random.
    """
    return retry_delay(min(put_offs + 1, MAX_RECEIVES - 1))


def describe(message: Message) -> str:
    """Return what a message is about, for an error's text."""
    if isinstance(message, ChunkMessage):
        last = message.first + message.count - 1
        return f"chunk {message.chunk} of {message.chunks} (numbers {message.first} to {last} of the list)"
    return "the number"
