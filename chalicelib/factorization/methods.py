"""The methods that split a composite, the cheapest first. The libraries do the work: FLINT, GMP, GMP-ECM and PARI.

PARI's `factorint` gets a flag that leaves out all but its quadratic sieve (MPQS): GMP-ECM takes a third of the time of
PARI's curves. Source: PARI/GP documentation, `factorint`.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.factorization import gmp_ecm
from chalicelib.primality import witness_factor
from chalicelib.primality.ecpp import load_pari
from chalicelib.primality.progress import Steps
from chalicelib.primality.small_primes import PRODUCT_100_000

#: The largest composite that PARI's methods are tried on. Its sieve has no parameters beyond 107 digits.
PARI_MAX_BITS = 330
#: Flags of `factorint`: without the first stage of ECM, without rho.
NO_ECM, NO_RHO = 2, 4
#: The ratios u/v of two factors that `fermat` finds have u·v up to this.
MAX_MULTIPLIER = 1_000
#: The bound of the p ± 1 method as a multiple of that of the curves: the three tests take a hundredth of their time.
P_PLUS_MINUS_1_RATIO = 10
#: The level of `setdebug` from which the output of "mpqs" has the percent of the sieve's relations. PARI tells it in no
#: other way. Source: PARI/GP documentation, `setdebug`; PARI's `mpqs.c`.
DEBUG_LEVEL = 4
#: How much of the end of the output is read: more than one call of the sieve writes.
MAX_BYTES = 20_000

_SIEVE = b"MPQS: computing relations:"
_PERCENT = re.compile(rb" ([0-9]+)%")

FERMAT, PP1, ECM, SIEVE = "Fermat", "p ± 1", "ECM", "quadratic sieve"

#: Parts of a number: their product is the number.
Parts = list[int]


def trial_division(n: int) -> Parts:
    """Return the prime factors of n > 1 below 100,000, each as often as it divides n, and last what is left above 1."""
    rest, parts = mpz(n), []
    for prime, _ in fmpz(int(gmpy2.gcd(rest, PRODUCT_100_000))).factor():
        rest, exponent = gmpy2.remove(rest, int(prime))
        parts += [int(prime)] * exponent
    return [*parts, int(rest)] if rest > 1 else parts


def perfect_power(n: int) -> Parts:
    """Return the roots of a perfect power, or n alone."""
    root = witness_factor.root(mpz(n))
    if root is None:
        return [n]
    exponent = 1
    while root**exponent < n:
        exponent += 1
    return [int(root)] * exponent


def fermat(n: int) -> Parts:
    """Return two parts of an odd composite whose ratio is near to u/v for small u and v, or n alone.

    With k = u·v, 4kn = (up + vq)² - (up - vq)²: the root of 4kn, rounded up, is the first sum where the difference is
    at most about the fourth root of n. R. S. Lehman, "Factoring large integers", Math. Comp. 28 (1974).
    """
    number = mpz(n)
    for k in range(1, MAX_MULTIPLIER + 1):
        multiple = 4 * k * number
        total = gmpy2.isqrt(multiple) + 1
        rest = total * total - multiple
        if gmpy2.is_square(rest):
            factor = gmpy2.gcd(total + gmpy2.isqrt(rest), number)
            if 1 < factor < number:
                return [int(factor), int(number // factor)]
    return [n]


def curve(n: int, bound: int, sigma: int) -> Parts:
    """Return the parts that one curve of ECM finds: see `gmp_ecm.factor_by_curve`."""
    return _parts(n, gmp_ecm.factor_by_curve(n, bound, sigma))


def p_plus_minus_1(n: int, bound: int) -> Parts:
    """Return the parts that the p - 1 and the p + 1 method find before curves with a bound."""
    bound *= P_PLUS_MINUS_1_RATIO
    parts = _parts(n, gmp_ecm.factor_by_p_minus_1(n, bound))
    for point in gmp_ecm.STARTING_POINTS:
        if len(parts) == 1:
            parts = _parts(n, gmp_ecm.factor_by_p_plus_1(n, bound, point))
    return parts


def sieve(n: int, output: int | None = None) -> Parts:
    """Return the parts that PARI's quadratic sieve finds.

    Args:
        n: The composite.
        output: The descriptor of a file that becomes the standard error of this process: PARI writes there how far it
            is, for `read_steps`.
    """
    level = 0
    if output is not None:
        os.ftruncate(output, 0)
        os.lseek(output, 0, os.SEEK_SET)
        os.dup2(output, 2)
        level = DEBUG_LEVEL
    # A text of digits only: PARI evaluates text as code.
    primes, exponents = _factorint()(f"0x{n:x}", NO_ECM | NO_RHO, level)
    return [int(p) for p, exponent in zip(primes, exponents, strict=True) for _ in range(int(exponent))]


def read_steps(descriptor: int) -> Steps | None:
    """Return how far the sieve is that wrote last to a file, None if none did."""
    size = os.fstat(descriptor).st_size
    _, sieve, output = os.pread(descriptor, MAX_BYTES, max(0, size - MAX_BYTES)).rpartition(_SIEVE)
    percents = _PERCENT.findall(output)
    return Steps(int(percents[-1]) if percents else 0, 100, "percent") if sieve else None


@cache
def _factorint() -> Any:  # noqa: ANN401 - cypari has no types
    function = load_pari()('(n, flag, level) -> setdebug("mpqs", level); factorint(n, flag)')
    return lambda text, flag, level: function(load_pari()(text), flag, level)


def _parts(n: int, factor: int) -> Parts:
    return [factor, n // factor] if 1 < factor < n and not n % factor else [n]
