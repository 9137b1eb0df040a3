"""Functions of a number that follow from its prime factors.

G. H. Hardy and E. M. Wright, "An Introduction to the Theory of Numbers", chapter XVI; R. D. Carmichael, "Note on a new
number theory function", Bull. Amer. Math. Soc. 16 (1910). This module needs no native library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm, prod

from chalicelib.factorization.factors import Factorization

#: The size of a number beside which a prime's least primitive root is looked for, in bits, and the largest that is: a
#: power takes about 1 ms, and the least primitive root of a prime of 50 bits is 400 at most.
MAX_ROOT_BITS, MAX_ROOT = 512, 500


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
    #: The least primitive root of N + 1, where that is a prime.
    least_primitive_root: int | None


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
        least_primitive_root=_least_primitive_root([p for p, _ in powers], prod(p**exponent for p, exponent in powers)),
    )


def _carmichael(p: int, exponent: int) -> int:
    """Return λ of a prime power. For 2^e with e > 2 it is half of φ."""
    phi: int = p ** (exponent - 1) * (p - 1)
    return phi // 2 if p == 2 and exponent > 2 else phi


def _least_primitive_root(primes: Iterable[int], n: int) -> int | None:
    """Return the least number of order n modulo n + 1, by the prime factors of n; if there is one, n + 1 is prime.

    E. Lucas, "Théorie des fonctions numériques simplement périodiques", Amer. J. Math. 1 (1878).
    """
    p = n + 1
    if n % 2 or n.bit_length() > MAX_ROOT_BITS:
        return None
    for g in range(2, min(p, MAX_ROOT)):
        if pow(g, n, p) != 1:
            return None
        if all(pow(g, n // q, p) != 1 for q in primes):
            return g
    return None
