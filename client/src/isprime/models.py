"""The service's responses as Python objects. Unknown fields are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from isprime import fields
from isprime.numbers import from_json

Verdict = Literal["prime", "composite", "not_prime", "probable_prime"]
Find = Literal["next", "previous"]
Status = Literal["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"]

FINAL = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a number.

    Attributes:
        number: The factor.
        exponent: How often it divides the number.
        is_prime: Whether it is a prime or, where `proven` is false, a probable prime. It is false for a part of the
            number whose factors were not found.
        proven: Whether that is certain.
        method: How it was found.
        certificate: The path of its certificate at the service, where there is one.
    """

    number: int
    exponent: int
    is_prime: bool
    proven: bool
    method: str
    certificate: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Factor:
        """Return the factor from the JSON of a result.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        return cls(
            number=from_json(data["number"]),
            exponent=fields.count(data["exponent"]),
            is_prime=fields.boolean(data["is_prime"]),
            proven=fields.boolean(data["proven"]),
            method=fields.text(data["method"]),
            certificate=fields.optional(fields.text, data["certificate"]),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """An algebraic part of a number: its name, such as `2^32+1` or `Φ_15(2)`, and the places of its factors, from 1.

    A place comes as often as the factor divides the part; 0 is the cofactor.
    """

    notation: str
    factors: tuple[int, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Part:
        """Return the part from the JSON of a result."""
        return cls(fields.text(data["notation"]), tuple(map(fields.count, fields.array(data["factors"]))))


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
        factors: The factors that are known, the least first; None where they were not asked for, or below 2.
        complete: Whether these are all prime factors.
        cofactor: What is left, a composite; None where all factors are known.
        parts: The algebraic parts that the form of its expression shows.
        of: Of a search: the number that was sent, next to which `number` is the prime; else None.
        distance: How far the prime is from it.
        computed_at: When an earlier task computed it, if it is a stored result (RFC 3339, UTC); None if this task did.
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
    factors: tuple[Factor, ...] | None = None
    complete: bool = False
    cofactor: int | None = None
    parts: tuple[Part, ...] = ()
    of: int | None = None
    distance: int | None = None
    computed_at: str | None = None

    @property
    def is_prime(self) -> bool:
        """Whether the number is a prime or, where `proven` is false, a probable prime."""
        return self.verdict in {"prime", "probable_prime"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], task_id: str) -> Result:
        """Return the result from the JSON of a task or of a list's row.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        witness = fields.optional(fields.mapping, data["witness"]) or {}
        verdict = fields.one_of(data["verdict"], get_args(Verdict))
        proven = fields.boolean(data["proven"])
        if proven is (verdict == "probable_prime"):
            raise ValueError("only a probable prime is not proven")
        factors, cofactor = data.get("factors"), fields.optional(fields.mapping, data.get("cofactor"))
        return cls(
            number=from_json(data["number"]),
            verdict=verdict,
            proven=proven,
            task_id=task_id,
            factor=from_json(witness["factor"]) if "factor" in witness else None,
            base=from_json(witness["base"]) if "base" in witness else None,
            method=fields.optional(fields.text, data.get("method")),
            seconds=fields.optional(fields.seconds, data.get("seconds")),
            certificate=fields.optional(fields.text, data.get("certificate")),
            expression=fields.optional(fields.text, data.get("expression")),
            factors=None if factors is None else tuple(Factor.from_json(fields.mapping(each)) for each in factors),
            complete=fields.boolean(data.get("complete", False)),
            cofactor=None if cofactor is None else from_json(cofactor["number"]),
            parts=tuple(Part.from_json(fields.mapping(each)) for each in fields.array(data.get("parts", []))),
            of=fields.optional(from_json, data.get("of")),
            distance=fields.optional(fields.count, data.get("distance")),
            computed_at=fields.optional(fields.text, data.get("computed_at")),
        )


@dataclass(frozen=True, slots=True)
class ListResult:
    """The counts of a list. For an unfinished list, they are those of its finished chunks."""

    total: int
    primes: int
    composites: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a task: `done` of `total` in a `unit`; of a single number the `phase` and its seconds so far.

    `searched` is the distance within which a search for a prime has found none.
    """

    done: int | None = None
    total: int | None = None
    unit: str | None = None
    phase: str | None = None
    seconds: float | None = None
    searched: int | None = None

    @property
    def fraction(self) -> float:
        """The part that is done, from 0 to 1."""
        return (self.done or 0) / self.total if self.total else 0.0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Progress:
        """Return the progress from the JSON of a task."""
        return cls(
            done=fields.optional(fields.count, data.get("done")),
            total=fields.optional(fields.count, data.get("total")),
            unit=fields.optional(fields.text, data.get("unit")),
            phase=fields.optional(fields.text, data.get("phase")),
            seconds=fields.optional(fields.seconds, data.get("seconds")),
            searched=fields.optional(fields.count, data.get("searched")),
        )


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
    expected_at: str | None = None
    late: bool = False

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
        task_id = fields.task_id(data["task_id"])
        status = fields.one_of(data["status"], get_args(Status))
        result = fields.optional(fields.mapping, data["result"])
        progress = fields.optional(fields.mapping, data["progress"])
        if status == "SUCCESS" and not result:
            raise ValueError("success without a result")
        return cls(
            task_id=task_id,
            status=status,
            result=_result(result, task_id) if result else None,
            progress=Progress.from_json(progress) if progress else None,
            error=fields.optional(fields.text, data["error"]),
            attempts=fields.count(data["attempts"]),
            submitted_at=fields.optional(fields.text, data["submitted_at"]),
            started_at=fields.optional(fields.text, data["started_at"]),
            finished_at=fields.optional(fields.text, data["finished_at"]),
            expires_at=fields.optional(fields.text, data["expires_at"]),
            data=data,
            expected_at=fields.optional(fields.text, data.get("expected_at")),
            late=data.get("late") is True,
        )


def _result(data: Mapping[str, Any], task_id: str) -> Result | ListResult:
    if "total" in data:
        return ListResult(*(fields.count(data[name]) for name in ("total", "primes", "composites")))
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
    """Return the counts of a queue; a field of another type is one that is not known here."""
    known = {
        name: value for name, value in fields.mapping(data).items() if value is None or type(value) in {int, float}
    }
    return {fields.text(name): value for name, value in known.items()}


def _failed(data: object) -> dict[str, Any]:
    task = fields.mapping(data)
    cleaned = {name: fields.text(value) if isinstance(value, str) else value for name, value in task.items()}
    return cleaned | {"task_id": fields.text(task["task_id"])}
