"""The service's responses as Python objects. Unknown fields are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from isprime.numbers import from_json

Verdict = Literal["prime", "composite", "not_prime", "probable_prime"]
Status = Literal["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"]

FINAL = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


@dataclass(frozen=True, slots=True)
class Result:
    """The service's result for one number.

    Attributes:
        number: The number.
        verdict: `prime`, `composite`, `not_prime` (below 2) or `probable_prime`.
        proven: Whether the verdict is certain. Only a `probable_prime` is not.
        factor: A proper factor of a composite, where the service found one.
        base: A base to which a composite fails the strong probable prime test, where that is the witness.
        method: The test or theorem that decided the verdict; None for a number of a list.
        seconds: How long that took; None for a number of a list.
        certificate: The path of the certificate at the service, where there is one.
        expression: The expression that was sent, None for plain numbers.
        task_id: The task of the number, or of the list that contains it.
    """

    number: int
    verdict: Verdict
    proven: bool
    task_id: str
    factor: int | None = None
    base: int | None = None
    method: str | None = None
    seconds: float | None = None
    certificate: str | None = None
    expression: str | None = None

    @property
    def is_prime(self) -> bool:
        """Whether the number is a prime or, where `proven` is false, a probable prime."""
        return self.verdict in {"prime", "probable_prime"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], task_id: str) -> Result:
        """Return the result from the JSON of a task or of a list's row."""
        witness = data["witness"] or {}
        return cls(
            number=from_json(data["number"]),
            verdict=data["verdict"],
            proven=data["proven"],
            task_id=task_id,
            factor=from_json(witness["factor"]) if "factor" in witness else None,
            base=from_json(witness["base"]) if "base" in witness else None,
            method=data.get("method"),
            seconds=data.get("seconds"),
            certificate=data.get("certificate"),
            expression=data.get("expression"),
        )


@dataclass(frozen=True, slots=True)
class ListResult:
    """The counts of a list. For an unfinished list, they are those of its finished chunks."""

    total: int
    primes: int
    composites: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a task: `done` of `total`, or the `phase` of a single number and its seconds until now."""

    done: int | None = None
    total: int | None = None
    phase: str | None = None
    seconds: float | None = None

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
        data: The task as the service sent it.
    """

    task_id: str
    status: Status
    result: Result | ListResult | None
    progress: Progress | None
    error: str | None
    attempts: int
    submitted_at: str | None
    started_at: str | None
    finished_at: str | None
    expires_at: str | None
    data: Mapping[str, Any] = field(repr=False)

    @property
    def is_final(self) -> bool:
        """Whether the task does not change again, except by a retry of a failed one."""
        return self.status in FINAL

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Task:
        """Return the task from a response's JSON."""
        result, progress = data["result"], data["progress"]
        return cls(
            task_id=data["task_id"],
            status=data["status"],
            result=_result(result, data["task_id"]) if result else None,
            progress=_known(Progress, progress) if progress else None,
            error=data["error"],
            attempts=data["attempts"],
            submitted_at=data["submitted_at"],
            started_at=data["started_at"],
            finished_at=data["finished_at"],
            expires_at=data["expires_at"],
            data=data,
        )


def _result(data: Mapping[str, Any], task_id: str) -> Result | ListResult:
    if "total" in data:
        return ListResult(data["total"], data["primes"], data["composites"])
    return Result.from_json(data, task_id)


def _known(cls: type[Progress], data: Mapping[str, Any]) -> Progress:
    return cls(**{name: data[name] for name in ("done", "total", "phase", "seconds") if name in data})


@dataclass(frozen=True, slots=True)
class Queue:
    """The content of the service's queues.

    Attributes:
        counts: By queue: messages `waiting`, `in_flight` and `delayed`.
        failed: The tasks that failed last: `task_id`, `error`, `attempts`, `finished_at`.
        data: The response as the service sent it.
    """

    counts: Mapping[str, Mapping[str, int]]
    failed: list[Mapping[str, Any]]
    data: Mapping[str, Any] = field(repr=False)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Queue:
        """Return the queues from a response's JSON."""
        return cls({name: dict(counts) for name, counts in data["queues"].items()}, list(data["failed"]), data)
