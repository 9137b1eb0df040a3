"""The algebraic factors of x^n ± y^n: values of cyclotomic polynomials, and their Aurifeuillian factors.

x^n - y^n is the product of Φ_d(x, y) over the divisors d of n, and x^n + y^n over those divisors of 2n that do not
divide n. Fibonacci and Lucas numbers are products of primitive parts in the same way. J. Brillhart et al.,
"Factorizations of b^n ± 1", Contemporary Mathematics 22 (1988), sections II and III; J. Brillhart, P. Montgomery,
R. Silverman, "Tables of Fibonacci and Lucas factorizations", Mathematics of Computation 50 (1988), section 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import gmpy2
from flint import fmpz, fmpz_poly
from gmpy2 import mpz

from chalicelib.numbers.divisors import divisors, divisors_of_double
from chalicelib.primality.small_primes import PRIMES

#: A divisor with its name for people, empty for one that has no short name.
Hint = tuple[int, str]

#: Roots with more bits have no name.
MAX_NAMED_BITS = 64
#: The largest square-free part of x·y for which Aurifeuillian factors are looked for.
MAX_KERNEL = 200


def factors_of_sum(x: mpz, y: mpz, n: int, sign: int) -> Iterator[Hint]:
    """Yield factors of x^n + sign·y^n for coprime x and y, whose product is the whole number."""
    kernel, root = _kernel(x * y)
    for index in divisors(n) if sign < 0 else divisors_of_double(n):
        value, name = _primitive_part(index, lambda d: x**d - y**d), _name(x, y, index)
        parts = sorted(gmpy2.gcd(value, part) for part in _aurifeuillian(y, index, kernel, root))
        has_letters = bool(name) and len(parts) == 2 and parts[0] > 1  # those of the tables for b^n ± 1
        for part, letter in zip(parts or [value], "LM", strict=False):
            yield int(part), name + letter * has_letters


def factors_of_fibonacci(n: int) -> Iterator[Hint]:
    """Yield factors of the Fibonacci number F(n), n > 0, whose product is the whole number."""
    for d in divisors(n):
        yield int(_primitive_part(d, gmpy2.fib)), f"fib({d})" if gmpy2.is_prime(d) else f"fib*({d})"


def factors_of_lucas(n: int) -> Iterator[Hint]:
    """Yield factors of the Lucas number L(n) = F(2n)/F(n), n > 0, whose product is the whole number."""
    for index in divisors_of_double(n):
        d = index // 2
        yield int(_primitive_part(index, gmpy2.fib)), f"lucas({d})" if gmpy2.is_prime(d) else f"lucas*({d})"


def _primitive_part(index: int, term: Callable[[int], mpz]) -> mpz:
    """Return the primitive part of a divisibility sequence: the product of term(d)^μ(index/d) over the divisors d.

    With the terms x^d - y^d that is Φ_index(x, y).
    """
    above = below = mpz(1)
    for d in divisors(index):
        moebius = int(fmpz(index // d).moebius_mu())
        if moebius > 0:
            above *= term(d)
        elif moebius < 0:
            below *= term(d)
    return abs(above // below)


def _name(x: mpz, y: mpz, index: int) -> str:
    """Return the shortest name of Φ_index(x, y): if possible, a sum of two powers."""
    y, x = sorted((x, y))
    if x.bit_length() > MAX_NAMED_BITS:
        return ""
    if index == 1:
        return f"{x}-{y}"
    if index & (index - 1) == 0:
        return f"{_power(x, index // 2)}+{_power(y, index // 2)}"
    if x - y == 1 and gmpy2.is_prime(index):
        return f"{_power(x, index)}-{_power(y, index)}"
    return f"Φ_{index}({x})" if y == 1 else f"Φ_{index}({x},{y})"


def _power(base: mpz, exponent: int) -> str:
    return f"{base}" if base == 1 or exponent == 1 else f"{base}^{exponent}"


def _aurifeuillian(y: mpz, index: int, kernel: int, root: mpz) -> list[mpz]:
    """Return multiples of the Aurifeuillian factors of Φ_index(x, y), if it has any.

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
