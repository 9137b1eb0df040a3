"""Trial division."""

import gmpy2
from gmpy2 import mpz


def primes_below(limit: int) -> list[int]:
    """List the primes below a limit, by the sieve of Eratosthenes."""
    sieve = bytearray([0, 0]) + bytearray([1]) * (limit - 2)
    for p in range(2, int(limit**0.5) + 1):
        if sieve[p]:
            sieve[p * p :: p] = bytes(len(range(p * p, limit, p)))
    return [p for p in range(limit) if sieve[p]]


PRIMES = primes_below(100_000)
_SET = frozenset(PRIMES)
#: The products of all primes below 1,000, 10,000 and 100,000.
HUNDREDS, THOUSANDS, MANY = (gmpy2.primorial(limit - 1) for limit in (1_000, 10_000, 100_000))
_SQUARE = 1_000**2


def smallest_factor(n: mpz) -> int | None:
    """Return the least prime factor of n > 1 below a limit that grows with n, or None; it may be n itself.

    One greatest common divisor with a product of primes takes the place of as many divisions. The limits,
    from 1,000 to 100,000, keep its cost small beside a strong test's.
    """
    if not n & 1:
        return 2
    bits = n.bit_length()
    product = HUNDREDS if bits < 256 else THOUSANDS if bits < 2048 else MANY
    common = gmpy2.gcd(n, product)
    if common == 1:
        return None
    factor = int(common)
    return factor if factor in _SET else next(p for p in PRIMES if not factor % p)


def is_below_square(n: mpz) -> bool:
    """Whether a number above 1 that `smallest_factor` found no factor of is prime for that: n < 1,000²."""
    return bool(n < _SQUARE)
