"""A factor in place of a base where one is to be had cheaply, and the check of what is handed out."""

from dataclasses import replace

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.primality.small import PRIMES
from chalicelib.primality.verdict import Verdict, Witness

#: Steps of Pollard's rho and the largest number it is tried on: a few milliseconds for factors up to about 10^7.
RHO_STEPS = 8192
RHO_BITS = 512
RHO_BATCH = 128


def check(verdict: Verdict) -> bool:
    """Whether what the verdict says of its number can be confirmed from its witness alone."""
    n, witness = mpz(verdict.number), verdict.witness
    if verdict.verdict != "composite":
        return (n < 2) == (verdict.verdict == "not_prime") and witness is None
    if witness is None:
        return False
    if witness.factor is not None:
        return 1 < witness.factor < verdict.number and verdict.number % witness.factor == 0
    return witness.base is not None and n > 3 and n % 2 == 1 and refutes(witness.base, n)


def refutes(base: int, n: mpz) -> bool:
    """Whether an odd n fails the strong test to a base, by the definition."""
    s = gmpy2.bit_scan1(n - 1)
    x = gmpy2.powmod(base, (n - 1) >> s, n)
    if base % n == 0 or x in (1, n - 1):
        return False
    for _ in range(s - 1):
        x = x * x % n
        if x == n - 1:
            return False
    return True


def with_factor(verdict: Verdict) -> Verdict:
    """Put a factor in the place of a strong base, when a few milliseconds find one."""
    if verdict.witness is None or verdict.witness.factor is not None:
        return verdict
    n = mpz(verdict.number)
    for method, search in (("perfect power", root), ("factorisation", word_factor), ("Pollard rho", rho)):
        factor = search(n)
        if factor is not None:
            return replace(verdict, witness=Witness(factor=int(factor)), method=method)
    return verdict


def root(n: mpz) -> mpz | None:
    """Return r when n = r^k for a k > 1, else None."""
    if not gmpy2.is_power(n):
        return None
    roots = (gmpy2.iroot(n, k) for k in PRIMES if k < n.bit_length())
    return next(r for r, exact in roots if exact)


def word_factor(n: mpz) -> int | None:
    """Return a prime factor of a composite below 2^64, in a fraction of a millisecond, else None."""
    return int(fmpz(int(n)).factor()[0][0]) if n.bit_length() <= 64 else None


def rho(n: mpz) -> mpz | None:
    """Return a proper factor of a composite n of at most RHO_BITS bits if RHO_STEPS steps find one, else None.

    J. M. Pollard, "A Monte Carlo method for factorization", BIT 15 (1975), with the cycle finding and batched
    greatest common divisors of R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20 (1980).
    """
    if n.bit_length() > RHO_BITS:
        return None
    y = mpz(2)
    steps = 0
    power = 1
    while steps < RHO_STEPS:
        x = y
        for start in range(0, power, RHO_BATCH):
            kept, product = y, mpz(1)
            batch = min(RHO_BATCH, power - start)
            for _ in range(batch):
                y = (y * y + 1) % n
                product = product * (x - y) % n
            steps += batch
            if gmpy2.gcd(product, n) != 1:
                return _divisor_within(n, x, kept, batch)
        power *= 2
    return None


def _divisor_within(n: mpz, x: mpz, y: mpz, batch: int) -> mpz | None:
    for _ in range(batch):
        y = (y * y + 1) % n
        divisor = gmpy2.gcd(x - y, n)
        if divisor != 1:
            return divisor if divisor < n else None
    return None
