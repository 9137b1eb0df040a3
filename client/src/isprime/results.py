"""The result of a number or a list as Python objects. Unknown fields are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from typing import Any, Literal, get_args

from isprime import fields
from isprime.numbers import from_json, to_decimal

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


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > MAX_SHOWN_DIGITS * 3:
        digits = to_decimal(value)
        if len(digits) > MAX_SHOWN_DIGITS:
            return f"{digits[:20]}…{digits[-20:]} ({len(digits):,} digits)"
    return repr(value)


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
    functions: Mapping[str, int] | None = None
    of: int | None = None
    distance: int | None = None
    computed_at: str | None = None

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
            functions=fields.optional(_functions, data.get("functions")),
            of=fields.optional(from_json, data.get("of")),
            distance=fields.optional(fields.count, data.get("distance")),
            computed_at=fields.optional(fields.text, data.get("computed_at")),
        )


def _functions(data: Any) -> dict[str, int]:  # noqa: ANN401 - any JSON value
    return {
        name: value if isinstance(value, bool) else from_json(value) for name, value in fields.mapping(data).items()
    }


@dataclass(frozen=True, slots=True)
class ListResult:
    """The counts of a list, or of the finished chunks of an open list."""

    total: int
    primes: int
    composites: int
