"""The factors of a number: the model, and the check of their product."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from chalicelib.primality.result import Result, Verdict, WrongResult

#: The method of a prime number, which is its own only factor.
ITSELF = "the number itself"
#: The method of a factor that the client knew.
KNOWN = "known"


@dataclass(slots=True)
class Factor:
    """A factor of a number, with its exponent."""

    number: int
    exponent: int
    #: Prime, probable prime, or composite where no factor of it is known.
    verdict: Verdict
    #: How it was found: see `notation.METHODS`.
    method: str
    #: Whether a certificate of it is stored.
    has_certificate: bool = False
    #: The certificate, from the proof until it is stored.
    certificate: str | None = None
    #: The name of the algebraic part that it divides, from the search until the factors are collected.
    part: str = ""

    @property
    def is_prime(self) -> bool:
        """Whether the factor is prime, proven or probable."""
        return self.verdict is not Verdict.COMPOSITE

    @property
    def result(self) -> Result:
        """What is known of the factor."""
        return Result(self.number, self.verdict, has_certificate=self.has_certificate)


@dataclass(frozen=True, slots=True)
class Part:
    """An algebraic part of a number: a divisor that the form of its expression shows."""

    #: Its form, for people: see `cyclotomic`.
    notation: str
    #: The places of its factors among those of the number, from 1, each as often as it divides the part; 0 is the
    #: cofactor.
    factors: tuple[int, ...]


@dataclass(slots=True)
class Factorization:
    """The known factors of a number. Their product, with the cofactor, is the number."""

    #: The least first. A composite factor is one of several parts whose factors were not found.
    factors: list[Factor] = field(default_factory=list)
    #: The largest part whose factors were not found: a composite, or None where all factors are known.
    cofactor: int | None = None
    #: The algebraic parts. Their product divides the number.
    parts: list[Part] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether all prime factors were found."""
        return self.cofactor is None


def collect(number: int, found: Iterable[Factor]) -> Factorization:
    """Return the factors of a number, equal ones as one, after the check of their product.

    Args:
        number: The number.
        found: Factors in any order. The largest composite becomes the cofactor.

    Raises:
        WrongResult: The product is another number.
    """
    factors: dict[int, Factor] = {}
    parts: dict[str, list[int]] = {}
    for factor in found:
        if factor.part:
            parts.setdefault(factor.part, []).append(factor.number)
        if factor.number in factors:
            factors[factor.number].exponent += factor.exponent
        else:
            factors[factor.number] = replace(factor, part="")
    check_product(number, [(factor.number, factor.exponent) for factor in factors.values()])
    cofactor = max((factor.number for factor in factors.values() if not factor.is_prime), default=None)
    if cofactor is not None:
        factors[cofactor].exponent -= 1
    known = [factors[key] for key in sorted(factors) if factors[key].exponent]
    return Factorization(known, cofactor, [*_placed(parts, known)])


def _placed(parts: dict[str, list[int]], known: list[Factor]) -> Iterator[Part]:
    """Yield the algebraic parts with the places of their factors, the least part first."""
    places = {factor.number: place for place, factor in enumerate(known, start=1)}
    for notation, numbers in sorted(parts.items(), key=lambda part: math.prod(part[1])):
        found = (places.get(number, 0) for number in numbers)
        yield Part(notation, tuple(sorted(found, key=lambda place: place or len(known) + 1)))


def check_product(number: int, powers: list[tuple[int, int]]) -> None:
    """Check that a number is the product of factors with exponents.

    Raises:
        WrongResult: It is another number.
    """
    if math.prod(factor**exponent for factor, exponent in powers) != number:
        raise WrongResult("the product of the factors that were found is another number")


def unfactored(composite: int) -> Factorization:
    """Return the factorization of a composite without known factors."""
    return Factorization([], composite)


def of_prime(result: Result) -> Factorization:
    """Return the factorization of a prime: the number itself."""
    return Factorization([Factor(result.number, 1, result.verdict, ITSELF, result.has_certificate)])
