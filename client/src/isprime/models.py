"""The service's responses as Python objects. Unknown fields are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from isprime import fields
from isprime.fields import nullable, value
from isprime.results import ListResult, Result

Find = Literal["next", "previous"]
#: What a certificate is written for: the program that reads it.
CertificateFormat = Literal["isprime", "pari", "primo", "rocq"]
Status = Literal["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"]

FINAL = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a task: `done` of `total` in a `unit`; of a single number the `phase` and its seconds so far.

    `searched` is the distance within which a search for a prime has found none.
    """

    done: int | None = nullable(fields.count, default=None)
    total: int | None = nullable(fields.count, default=None)
    unit: str | None = nullable(fields.text, default=None)
    phase: str | None = nullable(fields.text, default=None)
    seconds: float | None = nullable(fields.seconds, default=None)
    searched: int | None = nullable(fields.count, default=None)

    @property
    def fraction(self) -> float:
        """The part that is done, from 0 to 1."""
        return (self.done or 0) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Task:
    """A submitted number or list.

    Attributes:
        status: PENDING, STARTED or RETRY, or one of the final ones: SUCCESS, FAILURE, REVOKED.
        result: A `Result`, a `ListResult`, or None if there is none yet.
        error: Why the task failed.
        submitted_at, started_at, finished_at, expires_at: Times as the service writes them (RFC 3339, UTC).
        expected_at: When the result is expected; None if the task is final, or the service does not say it.
        late: Whether that is later than the first estimate.
        data: The task as the service sent it.
    """

    task_id: str = value(fields.task_id)
    status: Status = value(lambda status: fields.one_of(status, get_args(Status)))
    result: Result | ListResult | None = value(lambda result: result)
    progress: Progress | None = nullable(lambda found: fields.record(Progress, fields.mapping(found)))
    error: str | None = nullable(fields.text)
    attempts: int = value(fields.count)
    submitted_at: str | None = nullable(fields.text)
    started_at: str | None = nullable(fields.text)
    finished_at: str | None = nullable(fields.text)
    expires_at: str | None = nullable(fields.text)
    data: Mapping[str, Any] = value(fields.mapping, repr=False)
    expected_at: str | None = nullable(fields.text, default=None)
    late: bool = value(lambda late: late is True, default=False)

    @property
    def is_final(self) -> bool:
        """Whether the task does not change again, except by a retry of a failed one."""
        return self.status in FINAL

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Task:
        """Return the task from a response's JSON.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        result = fields.optional(fields.mapping, data["result"])
        if data["status"] == "SUCCESS" and not result:
            raise ValueError("success without a result")
        found = _result(result, fields.task_id(data["task_id"])) if result else None
        return fields.record(cls, {**data, "result": found, "data": data})


def _result(data: Mapping[str, Any], task_id: str) -> Result | ListResult:
    if "total" in data:
        return fields.record(ListResult, data)
    return Result.from_json(data, task_id)


@dataclass(frozen=True, slots=True)
class Queue:
    """The content of the service's queues.

    Attributes:
        counts: By queue: messages `waiting`, `in_flight` and `delayed`; the wait of a new one, `expected_seconds`.
        failed: The tasks that failed last: `task_id`, `error`, `attempts`, `finished_at`.
        data: The response as the service sent it.
    """

    counts: Mapping[str, Mapping[str, float | None]]
    failed: list[Mapping[str, Any]]
    data: Mapping[str, Any] = field(repr=False)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Queue:
        """Return the queues from a response's JSON.

        Raises:
            ValueError, KeyError, TypeError: it has none.
        """
        counts = {fields.text(name): _counts(value) for name, value in fields.mapping(data["queues"]).items()}
        return cls(counts, [_failed(task) for task in fields.array(data["failed"])], data)


def _counts(data: object) -> dict[str, float | None]:
    """Return the counts of a queue; a field of another type counts as unknown."""
    known = {
        name: value for name, value in fields.mapping(data).items() if value is None or type(value) in {int, float}
    }
    return {fields.text(name): value for name, value in known.items()}


def _failed(data: object) -> dict[str, Any]:
    task = fields.mapping(data)
    cleaned = {name: fields.text(value) if isinstance(value, str) else value for name, value in task.items()}
    return cleaned | {"task_id": fields.text(task["task_id"])}
