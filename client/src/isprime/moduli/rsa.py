"""The findings on an RSA public key that need no service."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

from isprime.moduli.records import RSAKey
from primes_core.notation.arithmetic import primes_to

#: Fewer bits are no longer acceptable. Source: NIST SP 800-131A Rev. 2, section 6.
MIN_BITS = 2048
#: A prime factor below this is found.
SMALL_FACTORS = 2**17
#: Fermat's method finds the factors in so few steps where they were searched near each other. Source: H. Böck, "Fermat
#: Factorization in the Wild", IACR ePrint 2023/026: the keys that it broke needed one step; it recommends 100.
FERMAT_STEPS = 100


def findings(key: RSAKey) -> Iterator[str]:
    """Yield what is wrong with a key, a sentence each."""
    n, e = key.n, key.e
    if n.bit_length() < MIN_BITS:
        yield f"n has {n.bit_length():,} bits, fewer than {MIN_BITS:,}"
    if e <= 1 or e % 2 == 0:
        yield "the exponent e is not odd and above 1"
    elif e >= n:
        yield "the exponent e is not below n"
    if n < 2:
        return
    if factor := small_factor(n):
        yield f"{factor} divides n"
    elif exponent := perfect_power(n):
        yield f"n is a perfect power: an integer to the power of {exponent}"
    elif step := close_factors(n):
        yield f"n is the product of two close numbers: Fermat's method finds them in step {step}"


def small_factor(n: int) -> int | None:
    """Return the least prime below SMALL_FACTORS that divides n > 1 and is not n itself."""
    if math.gcd(_product_of_primes(), n) == 1:
        return None
    return next((p for p in primes_to(SMALL_FACTORS) if n % p == 0 and p < n), None)


def perfect_power(n: int) -> int | None:
    """Return the least k > 1 such that n is a k-th power; n has no small factor."""
    largest = n.bit_length() // (SMALL_FACTORS.bit_length() - 1)
    return next((k for k in primes_to(max(2, largest)) if root(n, k) ** k == n), None)


def root(n: int, k: int) -> int:
    """Return the integer part of the k-th root of n > 0, by Newton's method from above."""
    x = 1 << -(-n.bit_length() // k)
    while True:
        y = ((k - 1) * x + n // x ** (k - 1)) // k
        if y >= x:
            return x
        x = y


def close_factors(n: int) -> int | None:
    """Return the steps of Fermat's method that factor an odd n; None for more than FERMAT_STEPS."""
    a = math.isqrt(n - 1) + 1
    for step in range(FERMAT_STEPS):
        rest = (a + step) ** 2 - n
        if math.isqrt(rest) ** 2 == rest:
            return step + 1
    return None


@cache
def _product_of_primes() -> int:
    factors = primes_to(SMALL_FACTORS)
    while len(factors) > 1:  # halves of equal size, which Karatsuba's algorithm needs
        factors = [math.prod(factors[index : index + 2]) for index in range(0, len(factors), 2)]
    return factors[0]
