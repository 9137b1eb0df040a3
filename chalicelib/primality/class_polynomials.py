"""The j-invariants of the elliptic curves of a discriminant modulo a prime: roots of class polynomials.

`class_polynomials.txt` has the fundamental discriminants of class number up to 8, without -3 and -4, whose curves have
more than two twists. A discriminant D is a product of t prime discriminants p: -4, ±8, or an odd prime ± with the sign
that makes it 1 modulo 4. Over the field of the √p the class polynomial is a product of 2^(t-1) factors, whose degree
is the class number over the genus number 2^(t-1). The table has one of them. It is complete, so that it never changes;
a test compares its lines with the class polynomials that PARI computes.

A line is `<p> <p> …:<coefficient>;<coefficient>…`, from the constant term on and without the leading 1. A coefficient
is `<c> <c> …`, hexadecimal: the sum, over the sets of the p with a positive product, of c times the product of their
√p, over 2^t. A set is the number whose bit i is set where p_i is in it, and the sets are in the order of these numbers.
The lines are in the order of the factor's degree, then of |D|.
"""

from functools import cache
from math import prod
from pathlib import Path
from typing import NamedTuple

import gmpy2
from flint import fmpz_mod_ctx, fmpz_mod_poly_ctx
from gmpy2 import mpz

from chalicelib.primality.square_roots import SquareRoots, square_root

PATH = Path(__file__).with_suffix(".txt")
#: Polynomials that are tried to split a factor. Each of them fails with a probability of at most a half.
MAX_SPLITS = 60


class Discriminant(NamedTuple):
    """A line of the table."""

    #: The negative fundamental discriminant.
    value: int
    #: The prime discriminants whose product it is.
    primes: tuple[int, ...]
    #: The coefficients of the factor of the class polynomial, as in the table.
    coefficients: str


@cache
def discriminants() -> list[Discriminant]:
    """Return the table. It takes about two milliseconds once."""
    lines = [line.split(":") for line in PATH.read_text("ascii").splitlines()]
    rows = [(tuple(map(int, primes.split(" "))), coefficients) for primes, coefficients in lines]
    return [Discriminant(prod(primes), primes, coefficients) for primes, coefficients in rows]


def j_invariant(discriminant: Discriminant, roots: SquareRoots) -> mpz | None:
    """Return a root of the class polynomial modulo a prime n with 4n = u² + |D|·v²; modulo others it may be None."""
    n = roots.n
    coefficients = factor_modulo(discriminant, roots)
    if len(coefficients) == 1:
        return -coefficients[0] % n
    if len(coefficients) == 2:
        c, b = coefficients
        return (square_root((b * b - 4 * c) % n, n) - b) * gmpy2.invert(2, n) % n
    return _root(coefficients, n)


def factor_modulo(discriminant: Discriminant, roots: SquareRoots) -> list[mpz]:
    """Return the coefficients below the leading 1 of the factor, from the constant term on."""
    n = roots.n
    terms = [roots.of_product(integers) for integers in positive_products(discriminant.primes)]
    scale = gmpy2.invert(2 * len(terms), n)
    rows = [row.split(" ") for row in discriminant.coefficients.split(";")]
    return [sum(int(c, 16) * term for c, term in zip(row, terms, strict=True)) * scale % n for row in rows]


@cache
def positive_products(primes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the sets of the prime discriminants with a positive product, in the order of the table."""
    sets = [tuple(p for i, p in enumerate(primes) if number >> i & 1) for number in range(2 ** len(primes))]
    return [members for members in sets if prod(members) > 0]


def _root(coefficients: list[mpz], n: mpz) -> mpz | None:
    """Return a root of a product of linear factors: each splitting keeps the smaller part.

    H. Cohen, "A Course in Computational Algebraic Number Theory" (1993), algorithm 1.6.1.
    """
    ring = fmpz_mod_poly_ctx(fmpz_mod_ctx(int(n)))
    factor = ring([*map(int, coefficients), 1])
    for a in range(MAX_SPLITS):
        part = (ring([a, 1]).pow_mod(int(n) >> 1, factor) - 1).gcd(factor)
        if 0 < part.degree() < factor.degree():
            factor = part if 2 * part.degree() <= factor.degree() else factor.exact_division(part)
        if factor.degree() == 1:
            return mpz(int(-factor.coeffs()[0]))
    return None
