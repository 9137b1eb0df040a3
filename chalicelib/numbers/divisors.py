"""The divisors of a small number, and its totient, by trial division."""

from __future__ import annotations

import math


def divisors(n: int) -> list[int]:
    """Return the divisors of n > 0, the least first."""
    low = [d for d in range(1, math.isqrt(n) + 1) if n % d == 0]
    return low + [n // d for d in reversed(low) if d * d != n]


def divisors_of_double(n: int) -> list[int]:
    """Return the divisors of 2n that do not divide n: x^n + y^n is the product of Φ_d(x, y) over them."""
    return [d for d in divisors(2 * n) if n % d]


def totient(n: int) -> int:
    """Return how many numbers from 1 to n have no common divisor with n: the degree of Φ_n."""
    count, p = n, 2
    while p * p <= n:
        if n % p == 0:
            count -= count // p
            while n % p == 0:
                n //= p
        p += 1
    return count - count // n if n > 1 else count
