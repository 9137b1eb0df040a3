"""Submitting a task. A task is accepted once all of its messages are in a queue."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from chalicelib import clock, queues
from chalicelib.errors import IdempotencyKeyReused, Unavailable
from chalicelib.queues import Queue
from chalicelib.store import table, transitions
from chalicelib.tasks import chunks, ids
from chalicelib.tasks.messages import ChunkMessage, Message, NumberMessage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

NOTHING_ACCEPTED = "Nothing was accepted: send the request again."
MAYBE_ACCEPTED = (
    "The request may have been accepted: send it again. A request with an Idempotency-Key is never accepted twice."
)


@dataclass(frozen=True, slots=True)
class NumberSubmission:
    """A single number that a client submits."""

    number: int
    #: The expression that the number was sent as, None for plain digits.
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class ListSubmission:
    """A list of numbers that a client submits."""

    numbers: list[int]
    #: The expressions that numbers were sent as, by their index.
    expressions: dict[int, str] = field(default_factory=dict)


Submission = NumberSubmission | ListSubmission


def submit(submission: Submission, caller: str = "") -> str:
    """Queue a number or a list and return its task's id.

    A number takes one SendMessage: its message is all that there is of the task until a worker finishes it.

    Args:
        submission: what to queue.
        caller: who submits it, the id of an API key; empty where the API requires none.

    Raises:
        Unavailable: the queue or the table does not respond; the detail says whether the request was accepted.
    """
    task_id = ids.new_id()
    messages = _messages(task_id, submission, caller)
    if isinstance(submission, NumberSubmission):
        with _on_failure(MAYBE_ACCEPTED):
            queues.send(Queue.TASKS, messages[0])
        return task_id
    # The client gets the id with the response, so a list of which a message was not sent is deleted. So is one whose
    # write failed, because it may have been written.
    try:
        transitions.create(_new_task(messages, submission))
        queues.send_all(Queue.LISTS, messages)
    except Unavailable as error:
        with _on_failure(MAYBE_ACCEPTED):
            transitions.delete(task_id)
        raise Unavailable(f"{error.detail} {NOTHING_ACCEPTED}") from error
    return task_id


def submit_once(submission: Submission, caller: str, key: str) -> str:
    """Queue a number or a list unless the caller did so with this key; return its task's id.

    The item is written before the messages are sent. A client that got no response sends its request again with the
    same key: the item is then there, and the messages of a task that is not finished are sent again.

    Args:
        submission: what to queue.
        caller: who submits it: the same Idempotency-Key of another caller is another key.
        key: the Idempotency-Key.

    Raises:
        IdempotencyKeyReused: the key came with other numbers before, or with this list to a release that cut it in
            another way.
        Unavailable: the queue or the table does not respond; the request may have been accepted.
    """
    messages = _messages(ids.keyed_id(caller, key), submission, caller)
    fingerprint = _fingerprint(submission, messages)
    with _on_failure(MAYBE_ACCEPTED):
        task = transitions.create(replace(_new_task(messages, submission), fingerprint=fingerprint))
        if _hash(task.fingerprint) != _hash(fingerprint):
            raise IdempotencyKeyReused(
                "This Idempotency-Key came with another body before: send that body, or use a new key."
            )
        # A part of a list's messages may be missing in any status but these: a chunk that comes twice counts once.
        finished = {Status.SUCCESS, Status.REVOKED}
        is_list = isinstance(submission, ListSubmission)
        if task.status is Status.PENDING or (is_list and task.status not in finished):
            if task.fingerprint != fingerprint:
                raise IdempotencyKeyReused(
                    f"Another release of the service has accepted this list as the task {task.task_id} and cut it into"
                    " other chunks: read that task, or send the list with a new key."
                )
            again = [replace(message, round=task.round) for message in messages]
            queues.send_all(Queue.LISTS if is_list else Queue.TASKS, again)
    return task.task_id


@contextmanager
def _on_failure(advice: str) -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        raise Unavailable(f"{error.detail} {advice}") from error


def _messages(task_id: str, submission: Submission, caller: str) -> list[Message]:
    if isinstance(submission, ListSubmission):
        return [*chunks.split(task_id, submission.numbers, submission.expressions, caller)]
    return [NumberMessage(task_id, submission.number, expression=submission.expression, caller=caller)]


def _new_task(messages: Sequence[Message], submission: Submission) -> NumberTask | ListTask:
    task_id, now, expires_at = messages[0].task_id, clock.timestamp(), table.expiry()
    if isinstance(submission, NumberSubmission):
        return NumberTask(task_id=task_id, status=Status.PENDING, submitted_at=now, expires_at=expires_at)
    return ListTask(
        task_id=task_id,
        status=Status.PENDING,
        submitted_at=now,
        expires_at=expires_at,
        total=len(submission.numbers),
        chunks=len(messages),
        remaining=len(messages),
    )


def _fingerprint(submission: Submission, messages: Sequence[Message]) -> str:
    """Return the hash of what was submitted, and for a list a dot and a hash of where its chunks begin.

    The chunks of one list must not be those of two releases: they would have the same numbers twice, or not at all.
    """
    kind, numbers = (
        (b"list", submission.numbers) if isinstance(submission, ListSubmission) else (b"number", [submission.number])
    )
    digest = hashlib.sha256(kind)
    for number in numbers:
        digest.update(f"{number:x} ".encode("ascii"))
    places = [message.first for message in messages if isinstance(message, ChunkMessage)]
    return f"{digest.hexdigest()}.{zlib.crc32(repr(places).encode()):08x}" if places else digest.hexdigest()


def _hash(fingerprint: str | None) -> str:
    """Return the hash of what was submitted."""
    return (fingerprint or "").partition(".")[0]
