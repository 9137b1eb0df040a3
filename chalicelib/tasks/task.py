"""A task: one number, or a list of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib import clock
from chalicelib.factorization.factors import Factorization
from chalicelib.primality.direction import Direction
from chalicelib.primality.progress import Progress
from chalicelib.primality.result import Result
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status

#: How far the clock of the process that made an id may be ahead of the one that reads it, in seconds: a day. A clock
#: that was set to local time is up to 14 hours ahead until it is set back, and a task that was accepted meanwhile must
#: not be lost to its client.
MAX_CLOCK_SKEW_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The common fields of a number's and a list's task. Times are RFC 3339 text."""

    task_id: str
    status: Status
    submitted_at: str
    #: When the task is deleted, in seconds since 1970.
    expires_at: int
    #: The receive count of the task's message: how often it was tried.
    attempts: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    #: Why the last attempt, or the task, failed.
    error: str | None = None
    #: The first estimate, of its screening or then of its proof; None where its id says it.
    promised_at: str | None = None
    #: The estimate of the prover that works on it; None where there is none.
    expected_at: str | None = None
    #: How often a client queued the failed task again.
    round: int = 0
    #: The hash of the numbers that came with an Idempotency-Key.
    fingerprint: str | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found of a number: a task, its update and a stored result have it."""

    #: The interim result while a proof runs, then the final one.
    result: Result | None = None
    #: The factors that are known, None where they are not asked for.
    factorization: Factorization | None = None
    #: When the result was computed if it is a stored one, RFC 3339.
    computed_at: str | None = None
    #: The key of its certificates where they are those of a stored result; None where they are parts of the task.
    certificate_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTask(Task, Found):
    """The task of a single number."""

    progress: Progress | None = None
    #: The expression that the number was sent as, None for plain digits.
    expression: str | None = None
    #: Of a search that is finished: which prime was asked for, and next to which number; `expression` is that number's.
    find: Direction | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTask(Task):
    """The task of a list of numbers, which is worked on in chunks."""

    #: Who submitted it, and the queue of its first chunk: known of a new list only.
    caller: str = ""
    queue: str = ""
    #: How many of its messages were sent, from the first one on: known of a list with an Idempotency-Key only.
    sent: int = 0
    #: How many numbers the list has.
    total: int
    #: How many chunks the list has.
    chunks: int
    #: How many chunks are not finished.
    remaining: int
    #: How many of the finished numbers are primes or probable primes.
    primes: int = 0
    #: How many of these are probable primes.
    probable_primes: int = 0
    #: How many of the finished numbers are not.
    composites: int = 0


class Kind(StrEnum):
    """The kind of a submission."""

    NUMBER = "number"
    LIST = "list"
    #: A number with its prime factors.
    FACTORIZATION = "factorization"
    #: The search for the next or the previous prime.
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """A task as the pages of tasks show it: of its result the verdict and how many factors are known."""

    task: NumberTask | ListTask
    kind: Kind
    #: The queue that it is in, or was in last: the name of a queue.
    queue: str
    #: What it is about: the number as it was sent, shortened; of a list only the chunk that failed.
    subject: str | None
    #: The number in decimal, shortened; None of a list.
    digits: str | None


@dataclass(frozen=True, slots=True)
class FailedTask:
    """A failed task as `GET /queue` shows it."""

    task_id: str
    #: What failed: a number, shortened, its expression, or a chunk's place in its list.
    subject: str | None
    error: str | None
    attempts: int
    #: When it failed, RFC 3339.
    finished_at: str


@dataclass(frozen=True, slots=True)
class ListResult:
    """The result of one number of a list, with its place."""

    #: The number's place in its list, from 0.
    index: int
    result: Result
    #: The expression that the number was sent as, None for plain digits.
    expression: str | None = None
    #: The factors of the number, None where they are not asked for.
    factorization: Factorization | None = None


def task_without_item(task_id: str) -> NumberTask | None:
    """Return the task of an id without an item: PENDING while a message of it can be in a queue, then FAILURE."""
    if ids.is_keyed(task_id):
        return None
    submitted = ids.submitted_at(task_id)
    expires_at = lifetime.expiry(submitted, ids.retention_seconds(task_id))
    if clock.now() < submitted - MAX_CLOCK_SKEW_SECONDS or lifetime.has_expired(expires_at):
        return None
    is_overdue = lifetime.is_overdue(expires_at)
    return NumberTask(
        task_id=task_id,
        status=Status.FAILURE if is_overdue else Status.PENDING,
        submitted_at=clock.rfc3339(submitted),
        expires_at=expires_at,
        finished_at=clock.rfc3339(lifetime.overdue_at(expires_at)) if is_overdue else None,
        error=lifetime.OVERDUE if is_overdue else None,
    )
