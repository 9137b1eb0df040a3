"""The primes below 100,000, and trial division by them."""

import gmpy2
from gmpy2 import mpz

from primes_core.notation.arithmetic import primes_to

PRIMES = primes_to(99_999)
PRIME_SET = frozenset(PRIMES)
#: The products of all primes below 1,000, 10,000 and 100,000.
PRODUCT_1_000, PRODUCT_10_000, PRODUCT_100_000 = (gmpy2.primorial(limit - 1) for limit in (1_000, 10_000, 100_000))
#: A number below it has a prime factor below 1,000 or is prime.
SQUARE = 1_000**2


def smallest_factor(n: mpz) -> int | None:
    """Return the least prime factor of n > 1 below a limit that grows with n, which may be n itself, or None.

    One greatest common divisor with a product of primes replaces as many divisions. The limit, from 1,000 to
    100,000, is chosen so that it takes a small part of the time of a strong test.
    """
    if n.is_even():
        return 2
    bits = n.bit_length()
    product = PRODUCT_1_000 if bits < 400 else PRODUCT_10_000 if bits < 2048 else PRODUCT_100_000
    common = gmpy2.gcd(n, product)
    if common == 1:
        return None
    factor = int(common)
    return factor if factor in PRIME_SET else next(p for p in PRIMES if not factor % p)
