"""The algebraic factors of x^n ± y^n: values of cyclotomic polynomials, and their Aurifeuillian factors.

x^n - y^n is the product of Φ_d(x, y) over the divisors d of n, and x^n + y^n over those divisors of 2n that do not
divide n. J. Brillhart et al., "Factorizations of b^n ± 1", Contemporary Mathematics 22 (1988), sections II and III.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import gmpy2
from flint import fmpz, fmpz_poly
from gmpy2 import mpz

from chalicelib.primality.small_primes import PRIMES

#: The largest square-free part of x·y for which Aurifeuillian factors are looked for.
MAX_KERNEL = 200


def divisors(n: int) -> list[int]:
    """Return the divisors of n > 0, the least first."""
    low = [d for d in range(1, math.isqrt(n) + 1) if n % d == 0]
    return low + [n // d for d in reversed(low) if d * d != n]


def factors_of_sum(x: mpz, y: mpz, n: int, sign: int) -> Iterator[int]:
    """Yield factors of x^n + sign·y^n for coprime x and y, whose product is the whole number."""
    kernel, root = _kernel(x * y)
    indices = divisors(n) if sign < 0 else [d for d in divisors(2 * n) if n % d]
    for index in indices:
        value = _value(x, y, index)
        parts = [gmpy2.gcd(value, part) for part in _aurifeuillian(y, index, kernel, root)]
        yield from map(int, parts or [value])


def _value(x: mpz, y: mpz, index: int) -> mpz:
    """Return Φ_index(x, y): the product of (x^d - y^d)^μ(index/d) over the divisors d of the index."""
    above = below = mpz(1)
    for d in divisors(index):
        moebius = int(fmpz(index // d).moebius_mu())
        if moebius > 0:
            above *= x**d - y**d
        elif moebius < 0:
            below *= x**d - y**d
    return abs(above // below)


def _aurifeuillian(y: mpz, index: int, kernel: int, root: mpz) -> list[mpz]:
    """Return multiples of the Aurifeuillian factors of Φ_index(x, y), where it has some.

    With x·y = k·s² and k square-free, Φ_m(x, y) is a product of two polynomials in s and y where m is k or 2k, and of
    values of these where the index is an odd multiple of that m. FLINT finds the polynomials.
    """
    m = kernel if kernel % 4 == 1 else 2 * kernel
    if kernel == 1 or index % m or (odd := index // m) % 2 == 0:
        return []
    s, y = kernel ** ((odd - 1) // 2) * root**odd, y**odd
    parts = []
    for polynomial in _halves(m, kernel):
        degree, total = len(polynomial) - 1, mpz(0)
        for exponent, coefficient in enumerate(polynomial):
            total += coefficient * s**exponent * y ** (degree - exponent)
        parts.append(abs(total))
    return parts


@cache
def _halves(m: int, kernel: int) -> list[list[int]]:
    """Return the coefficients of the factors of Φ_m(k·t²)."""
    _, factors = fmpz_poly.cyclotomic(m)(fmpz_poly([0, 0, kernel])).factor()
    return [[int(coefficient) for coefficient in polynomial.coeffs()] for polynomial, _ in factors]


def _kernel(product: mpz) -> tuple[int, mpz]:
    """Return k and s with product = k·s² and k square-free; 1 and 1 where k is over its limit or not found."""
    kernel, rest = 1, product
    for p in PRIMES:
        if p > MAX_KERNEL:
            break
        rest, exponent = gmpy2.remove(rest, p)
        if exponent % 2:
            kernel *= p
    if kernel > MAX_KERNEL or not gmpy2.is_square(rest):
        return 1, mpz(1)
    return kernel, gmpy2.isqrt(product // kernel)
