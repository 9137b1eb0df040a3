"""Submitting a task. A task is accepted once all of its messages are in a queue."""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from chalicelib import clock, queues, sending
from chalicelib.errors import IdempotencyKeyReused, Overloaded, Unavailable
from chalicelib.primality.direction import Direction
from chalicelib.queues import Queue
from chalicelib.sending import PartlySent
from chalicelib.service import admission
from chalicelib.service.admission import Admission
from chalicelib.service.outlook import outlook
from chalicelib.settings import settings
from chalicelib.store import transitions
from chalicelib.tasks import chunks, ids, lifetime
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
    #: Whether the prime factors are asked for.
    factors: bool = False
    #: Which prime next to the number is asked for, None for the number itself.
    find: Direction | None = None
    #: Factors that the client knows. Each divides the number; it may be composite.
    known_factors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ListSubmission:
    """A list of numbers that a client submits."""

    numbers: list[int]
    #: The expressions that numbers were sent as, by their index.
    expressions: dict[int, str] = field(default_factory=dict)
    #: Whether the prime factors are asked for.
    factors: bool = False


Submission = NumberSubmission | ListSubmission


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that was accepted."""

    task_id: str
    #: When its task is expected to be final, in seconds since 1970; None where it is.
    expected_at: float | None


def submit(submission: Submission, caller: str = "") -> Accepted:
    """Queue a number or a list.

    A number takes one SendMessage: its message is all that there is of the task until a worker finishes it.

    Args:
        submission: what to queue.
        caller: who submits it, the id of an API key; empty where the API requires none.

    Raises:
        Unavailable: the queue or the table does not respond; the detail says whether the request was accepted.
        Overloaded: a queue that the submission needs is too long. Nothing was accepted.
    """
    now, admitted = clock.now(), _admit(submission)
    task_id = ids.new_id(now, admitted.seconds, settings().retention_days)
    now = ids.submitted_at(task_id)
    messages = _messages(task_id, now, submission, caller, _forward_at(now, admitted))
    accepted = Accepted(task_id, ids.expected_at(task_id))
    if isinstance(submission, NumberSubmission):
        with _on_failure(MAYBE_ACCEPTED):
            sending.send(Queue.TASKS, messages[0])
        admission.note_sent(admitted)
        return accepted
    # The client gets the id with the response, so a list of which a message was not sent is deleted. So is one whose
    # write failed, because it may have been written.
    try:
        transitions.create(_new_task(messages, now, submission, ids.expected_at(task_id)))
        sending.send_new(messages)
    except Unavailable as error:
        with _on_failure(MAYBE_ACCEPTED):
            transitions.delete(task_id)
        raise Unavailable(f"{error.detail} {NOTHING_ACCEPTED}") from error
    admission.note_sent(admitted)
    return accepted


def submit_once(submission: Submission, caller: str, key: str) -> Accepted:
    """Queue a number or a list unless the caller did so with this key.

    The item is written before the messages are sent. A client that got no response sends its request again with the
    same key: the item is then there. The message of a number that waits is sent again, and those of a list of which
    some may not have been sent.

    Args:
        submission: what to queue.
        caller: who submits it: the same Idempotency-Key of another caller is another key.
        key: the Idempotency-Key.

    Raises:
        IdempotencyKeyReused: the key came with other numbers before, or with this list to a release that cut it in
            another way.
        Unavailable: the queue or the table does not respond; the request may have been accepted.
        Overloaded: a queue that the submission needs is too long, and the key is new. Nothing was accepted.
    """
    task_id, now = ids.keyed_id(caller, key), clock.now()
    admitted: Admission | None = None
    try:
        admitted = _admit(submission)
    except Overloaded:
        if transitions.read(task_id) is None:
            raise  # else the task was accepted before
    messages = _messages(task_id, now, submission, caller, _forward_at(now, admitted) if admitted else None)
    fingerprint = _fingerprint(submission, messages)
    with _on_failure(MAYBE_ACCEPTED):
        expected_at = now + admitted.seconds if admitted else now
        new = replace(_new_task(messages, now, submission, expected_at), fingerprint=fingerprint)
        task = transitions.create(new)
        if _hash(task.fingerprint) != _hash(fingerprint):
            raise IdempotencyKeyReused(
                "An earlier request had this Idempotency-Key and another body: send that body, or use a new key."
            )
        # A part of a list's messages may be missing in any status but these: a chunk that comes twice counts once.
        finished = {Status.SUCCESS, Status.REVOKED}
        is_unsent_list = isinstance(task, ListTask) and task.sent < task.chunks and task.status not in finished
        if is_unsent_list or (isinstance(task, NumberTask) and task.status is Status.PENDING):
            if task.fingerprint != fingerprint:
                raise IdempotencyKeyReused(
                    f"Another version of the service accepted this list as the task {task.task_id}, with other"
                    " chunks: read that task, or send the list with a new key."
                )
            again = [replace(message, round=task.round, expires_at=task.expires_at) for message in messages]
            _send(task, again)
            if admitted:
                admission.note_sent(admitted)
    seen = outlook(task)
    return Accepted(task.task_id, seen.at if seen else None)


def _send(task: NumberTask | ListTask, messages: Sequence[Message]) -> None:
    """Send the messages of a task with an item; for a list, continue an earlier request."""
    if not isinstance(task, ListTask):
        sending.send_new(messages)
        return
    try:
        sending.send_new(messages[task.sent :])
    except PartlySent as error:
        with suppress(Unavailable):  # they are all sent again then
            transitions.write_sent(task, task.sent + error.sent)
        raise
    transitions.write_sent(task, task.chunks)


@contextmanager
def _on_failure(advice: str) -> Iterator[None]:
    try:
        yield
    except Unavailable as error:
        raise Unavailable(f"{error.detail} {advice}") from error


def _admit(submission: Submission) -> Admission:
    if isinstance(submission, ListSubmission):
        return admission.admit_list(submission.numbers, submission.expressions, factors=submission.factors)
    if submission.find:
        return admission.admit_search(submission.number)
    return admission.admit_number(submission.number, submission.expression, factors=submission.factors)


def _forward_at(now: float, admitted: Admission) -> int | None:
    """Return when a number that the worker forwards is expected to be finished, in seconds since 1970."""
    return None if admitted.forward_seconds is None else math.ceil(now + admitted.forward_seconds)


def _messages(
    task_id: str, submitted_at: float, submission: Submission, caller: str, expected_at: int | None
) -> list[Message]:
    expires_at, factors = lifetime.expiry(submitted_at, settings().retention_days * 86_400), submission.factors
    if isinstance(submission, ListSubmission):
        numbers, expressions = submission.numbers, submission.expressions
        return [*chunks.split(task_id, numbers, expressions, caller, expires_at=expires_at, factors=factors)]
    return [
        NumberMessage(
            task_id,
            submission.number,
            expression=submission.expression,
            expected_at=expected_at,
            find=submission.find,
            known_factors=submission.known_factors,
            caller=caller,
            factors=factors,
            expires_at=expires_at,
        )
    ]


def _new_task(
    messages: Sequence[Message], submitted_at: float, submission: Submission, expected_at: float
) -> NumberTask | ListTask:
    task_id, now, expires_at = messages[0].task_id, clock.rfc3339(submitted_at), messages[0].expires_at
    promised = clock.rfc3339(expected_at)
    if isinstance(submission, NumberSubmission):
        return NumberTask(
            task_id=task_id, status=Status.PENDING, submitted_at=now, promised_at=promised, expires_at=expires_at
        )
    return ListTask(
        task_id=task_id,
        status=Status.PENDING,
        submitted_at=now,
        promised_at=promised,
        expires_at=expires_at,
        total=len(submission.numbers),
        chunks=len(messages),
        remaining=len(messages),
        caller=messages[0].caller,
        queue=queues.first_queue(messages[0]),
    )


def _fingerprint(submission: Submission, messages: Sequence[Message]) -> str:
    """Return the hash of a submission, and for a list a dot and a hash of its chunks' boundaries.

    The chunks of one list must not be those of two releases: they would have the same numbers twice, or not at all.
    """
    kind, numbers = (
        (b"list", submission.numbers) if isinstance(submission, ListSubmission) else (b"number", [submission.number])
    )
    if isinstance(submission, NumberSubmission) and submission.find:
        kind = submission.find.encode()
    digest = hashlib.sha256(kind + b" factors" * submission.factors)
    if isinstance(submission, NumberSubmission):
        numbers = [submission.number, *submission.known_factors]
    for number in numbers:
        digest.update(f"{number:x} ".encode("ascii"))
    places = [message.first for message in messages if isinstance(message, ChunkMessage)]
    return f"{digest.hexdigest()}.{zlib.crc32(repr(places).encode()):08x}" if places else digest.hexdigest()


def _hash(fingerprint: str | None) -> str:
    """Return the hash of a submission."""
    return (fingerprint or "").partition(".")[0]
