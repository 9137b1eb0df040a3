"""Functions of a number that follow from its prime factors.

G. H. Hardy and E. M. Wright, "An Introduction to the Theory of Numbers", chapter XVI; R. D. Carmichael, "Note on a new
number theory function", Bull. Amer. Math. Soc. 16 (1910). This module needs no native library.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm, prod

from chalicelib.factorization.factors import Factorization


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions of a number, with the names of the HTTP contract."""

    #: How many divisors it has, and their sum.
    number_of_divisors: int
    sum_of_divisors: int
    #: Euler's φ: how many numbers up to it have no common factor with it.
    euler_phi: int
    #: Carmichael's λ: the least exponent with a^λ = 1 for all these.
    carmichael_lambda: int
    #: Möbius' μ: 0 where a square divides it, else 1 or -1 for an even or odd number of primes.
    moebius: int
    squarefree: bool


def functions_of(factorization: Factorization) -> Functions | None:
    """Return the functions of a number, None where not all of its factors are known."""
    if not factorization.complete:
        return None
    powers = [(factor.number, factor.exponent) for factor in factorization.factors]
    squarefree = all(exponent == 1 for _, exponent in powers)
    return Functions(
        number_of_divisors=prod(exponent + 1 for _, exponent in powers),
        sum_of_divisors=prod((p ** (exponent + 1) - 1) // (p - 1) for p, exponent in powers),
        euler_phi=prod(p ** (exponent - 1) * (p - 1) for p, exponent in powers),
        carmichael_lambda=lcm(*(_carmichael(p, exponent) for p, exponent in powers)),
        moebius=(-1) ** len(powers) if squarefree else 0,
        squarefree=squarefree,
    )


def _carmichael(p: int, exponent: int) -> int:
    """Return λ of a prime power: that of 2^e for e > 2 is half of φ."""
    phi: int = p ** (exponent - 1) * (p - 1)
    return phi // 2 if p == 2 and exponent > 2 else phi
