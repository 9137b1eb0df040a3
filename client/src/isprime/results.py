"""The result of a number or a list as Python objects. Unknown fields are ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from typing import Any, Literal, TypeVar, get_args

from isprime import fields
from isprime.fields import nullable, value
from isprime.numbers import from_json, to_decimal

T = TypeVar("T")

Verdict = Literal["prime", "composite", "not_prime", "probable_prime"]

#: An integer of more digits is shown by its first and last ones.
MAX_SHOWN_DIGITS = 60


class Shown:
    """A dataclass whose text shortens integers: Python refuses to write one of over 4,300 digits."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return its fields; of a long integer the first and the last digits."""
        values: Any = self
        texts = (f"{field.name}={_shown(getattr(self, field.name))}" for field in fields_of(values))
        return f"{type(self).__name__}({', '.join(texts)})"


def _shown(shown: object) -> str:
    if isinstance(shown, int) and shown.bit_length() > MAX_SHOWN_DIGITS * 3:
        digits = to_decimal(shown)
        if len(digits) > MAX_SHOWN_DIGITS:
            return f"{digits[:20]}…{digits[-20:]} ({len(digits):,} digits)"
    return repr(shown)


@dataclass(frozen=True, slots=True, repr=False)
class Factor(Shown):
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

    number: int = value(from_json)
    exponent: int = value(fields.count)
    is_prime: bool = value(fields.boolean)
    proven: bool = value(fields.boolean)
    method: str = value(fields.text)
    certificate: str | None = nullable(fields.text, default=None)


@dataclass(frozen=True, slots=True)
class Part:
    """An algebraic part of a number: its name, such as `2^32+1` or `Φ_15(2)`, and the places of its factors, from 1.

    A place comes as often as the factor divides the part; 0 is the cofactor.
    """

    notation: str = value(fields.text)
    factors: tuple[int, ...] = value(lambda places: tuple(map(fields.count, fields.array(places))))


def _all(cls: type[T]) -> Callable[[object], tuple[T, ...]]:
    """Return a reader of an array of objects."""
    return lambda found: tuple(fields.record(cls, fields.mapping(each)) for each in fields.array(found))


def _functions(data: object) -> dict[str, int]:
    return {
        name: found if isinstance(found, bool) else from_json(found) for name, found in fields.mapping(data).items()
    }


@dataclass(frozen=True, slots=True, repr=False)
class Result(Shown):
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
        functions: Where all prime factors are known: `number_of_divisors`, `sum_of_divisors`, `euler_phi`,
            `carmichael_lambda`, `moebius` and `squarefree`; `least_primitive_root` of N + 1 if that is a prime.
        of: Of a search: the number that was sent, next to which `number` is the prime; else None.
        distance: How far the prime is from it.
        computed_at: When an earlier task computed it, if it is a stored result (RFC 3339, UTC); None if this task did.
    """

    number: int = value(from_json)
    verdict: Verdict = value(lambda verdict: fields.one_of(verdict, get_args(Verdict)))
    proven: bool = value(fields.boolean)
    task_id: str = value(fields.text)
    factor: int | None = nullable(from_json, default=None)
    base: int | None = nullable(from_json, default=None)
    method: str | None = nullable(fields.text, default=None)
    seconds: float | None = nullable(fields.seconds, default=None)
    certificate: str | None = nullable(fields.text, default=None)
    expression: str | None = nullable(fields.text, default=None)
    factors: tuple[Factor, ...] | None = nullable(_all(Factor), default=None)
    complete: bool = value(fields.boolean, default=False)
    cofactor: int | None = nullable(lambda found: from_json(found["number"]), default=None)
    parts: tuple[Part, ...] = value(_all(Part), default=())
    functions: Mapping[str, int] | None = nullable(_functions, default=None)
    of: int | None = nullable(from_json, default=None)
    distance: int | None = nullable(fields.count, default=None)
    computed_at: str | None = nullable(fields.text, default=None)

    def __bool__(self) -> bool:
        """Raise TypeError: a result of a composite would be true as well."""
        raise TypeError("A result is neither true nor false: ask whether it `is_prime`, or whether it `is None`.")

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
        found = {"task_id": task_id, "factor": witness.get("factor"), "base": witness.get("base")}
        result = fields.record(cls, {**data, **found})
        if result.proven is (result.verdict == "probable_prime"):
            raise ValueError("only a probable prime is not proven")
        return result


@dataclass(frozen=True, slots=True)
class ListResult:
    """The counts of a list, or of the finished chunks of an open list."""

    total: int = value(fields.count)
    primes: int = value(fields.count)
    composites: int = value(fields.count)
