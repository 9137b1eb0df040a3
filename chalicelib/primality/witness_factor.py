"""The search for a factor of a number that is known to be composite."""

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.primality.small_primes import PRIMES

#: Pollard's rho makes at most this many steps and is tried on numbers of at most this many bits. It takes a
#: few milliseconds and finds factors up to about 10^7.
RHO_MAX_STEPS = 8192
RHO_MAX_BITS = 512
#: Steps between two greatest common divisors.
RHO_BATCH_STEPS = 128


def find_factor(n: mpz) -> tuple[str, int] | None:
    """Return the method and a proper factor of a composite n if some milliseconds find one, else None."""
    for method, search in (("perfect power", root), ("factorisation", factor_of_word), ("Pollard rho", rho)):
        factor = search(n)
        if factor is not None:
            return method, int(factor)
    return None


def root(n: mpz) -> mpz | None:
    """Return r if n = r^k for a k > 1, else None."""
    if not gmpy2.is_power(n):
        return None
    roots = (gmpy2.iroot(n, k) for k in PRIMES if k < n.bit_length())
    return next(r for r, exact in roots if exact)


def factor_of_word(n: mpz) -> int | None:
    """Return a prime factor of a composite below 2^64, else None. It takes a fraction of a millisecond."""
    return int(fmpz(int(n)).factor()[0][0]) if n.bit_length() <= 64 else None


def rho(n: mpz) -> mpz | None:
    """Return a proper factor of a composite n if Pollard's rho finds one within its bounds, else None.

    J. M. Pollard, "A Monte Carlo method for factorization", BIT 15 (1975), with the cycle finding and batched
    greatest common divisors of R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20 (1980).
    """
    if n.bit_length() > RHO_MAX_BITS:
        return None
    y = mpz(2)
    steps = 0
    power = 1
    while steps < RHO_MAX_STEPS:
        x = y
        for start in range(0, power, RHO_BATCH_STEPS):
            batch_start, product = y, mpz(1)
            batch = min(RHO_BATCH_STEPS, power - start)
            for _ in range(batch):
                y = (y * y + 1) % n
                product = product * (x - y) % n
            steps += batch
            if gmpy2.gcd(product, n) != 1:
                return _divisor_in_batch(n, x, batch_start, batch)
        power *= 2
    return None


def _divisor_in_batch(n: mpz, x: mpz, y: mpz, batch: int) -> mpz | None:
    for _ in range(batch):
        y = (y * y + 1) % n
        divisor = gmpy2.gcd(x - y, n)
        if divisor != 1:
            return divisor if divisor < n else None
    return None
