"""Integers: their text, primes below 2^64, and the Jacobi symbol."""

from __future__ import annotations

from primes_core.notation.integers import from_decimal

from .refusals import TooMuchWork

#: The decimal digits that one integer of a certificate may have.
MAX_DIGITS = 10_100
#: No composite below 2^64 is a strong pseudoprime to all of them; the first such composite is
#: 318665857834031151167461. J. Sorenson and J. Webster, "Strong pseudoprimes to twelve prime bases", Math. Comp. 86
#: (2017).
_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
SMALL_BITS = 64


def to_integer(digits: str, base: int = 10) -> int:
    """Return the value of a sequence of digits with an optional minus.

    Raises:
        TooMuchWork: there are more than MAX_DIGITS.
    """
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise TooMuchWork(f"An integer in a certificate has at most {MAX_DIGITS:,} digits.")
    return int(digits, 16) if base == 16 else from_decimal(digits)


def is_small_prime(n: int) -> bool:
    """Whether n is a prime below 2^64."""
    if n < 2 or n.bit_length() > SMALL_BITS:
        return False
    if n in _BASES:
        return True
    odd = (n - 1) // ((n - 1) & (1 - n))
    for base in _BASES:
        x, exponent = pow(base, odd, n), odd
        while exponent != n - 1 and x not in (1, n - 1):
            x, exponent = x * x % n, 2 * exponent
        if x != n - 1 and (exponent != odd or x != 1):
            return False
    return True


def jacobi(a: int, n: int) -> int:
    """Return the Jacobi symbol (a | n) of an odd n > 0."""
    a %= n
    sign = 1
    while a:
        while a % 2 == 0:
            a //= 2
            if n % 8 in (3, 5):
                sign = -sign
        a, n = n, a
        if a % 4 == n % 4 == 3:
            sign = -sign
        a %= n
    return sign if n == 1 else 0
