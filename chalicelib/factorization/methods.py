"""The methods that split a composite, the cheapest first. The libraries do the work: FLINT, GMP and PARI.

PARI's `factorint` runs Pollard's rho, a first stage of ECM and the quadratic sieve (MPQS). Its flag names those to
leave out, so that the three are three steps, and together take the time of one call. FLINT's ECM goes on from there:
see `flint_ecm`. Source: PARI/GP documentation, `factorint`.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.factorization.pari_output import DEBUG_LEVEL
from chalicelib.primality import factors
from chalicelib.primality.small_primes import PRODUCT_100_000

#: The size of PARI's stack at the start and at most: its default of 8 MB overflows at 200 bits.
STACK_BYTES, MAX_STACK_BYTES = 2**28, 2**31
#: The largest composite that PARI's methods are tried on. Its sieve has no parameters beyond 107 digits.
PARI_MAX_BITS = 330
#: PARI's first stage of ECM finds factors of up to this size, in decimal digits: FLINT's curves go on from there.
PARI_DIGITS = 20
#: Flags of `factorint`: without the sieve; without the first stage of ECM; without rho; without the last stage of ECM.
NO_SIEVE, NO_ECM, NO_RHO, NO_LAST_ECM = 1, 2, 4, 8

RHO, PP1, ECM, SIEVE = "Pollard rho", "p ± 1", "ECM", "quadratic sieve"
_FLAGS = {
    RHO: NO_SIEVE | NO_ECM | NO_LAST_ECM,
    ECM: NO_SIEVE | NO_RHO | NO_LAST_ECM,
    SIEVE: NO_ECM | NO_RHO,
}

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
    root = factors.root(mpz(n))
    if root is None:
        return [n]
    exponent = 1
    while root**exponent < n:
        exponent += 1
    return [int(root)] * exponent


def pari(n: int, method: str, output: int | None = None) -> Parts:
    """Return the parts that a method of PARI finds.

    Args:
        n: The composite.
        method: The method.
        output: The descriptor of a file that becomes the standard error of this process: PARI writes there how far it
            is, for `pari_output`.
    """
    level = 0
    if output is not None:
        os.ftruncate(output, 0)
        os.lseek(output, 0, os.SEEK_SET)
        os.dup2(output, 2)
        level = DEBUG_LEVEL
    # A text of digits only: PARI evaluates text as code.
    primes, exponents = _factorint()(f"0x{n:x}", _FLAGS[method], level)
    return [int(p) for p, exponent in zip(primes, exponents, strict=True) for _ in range(int(exponent))]


def load() -> None:
    """Load PARI, so that the child processes of this one have it."""
    _pari()


@cache
def _pari() -> Any:  # noqa: ANN401 - cypari has no types
    # Imported here so that only a process that needs PARI loads it.
    from cypari import pari  # noqa: PLC0415

    pari.allocatemem(STACK_BYTES, MAX_STACK_BYTES, silent=True)
    return pari


@cache
def _factorint() -> Any:  # noqa: ANN401 - cypari has no types
    function = _pari()('(n, flag, level) -> setdebug("factorint", level); setdebug("mpqs", level); factorint(n, flag)')
    return lambda text, flag, level: function(_pari()(text), flag, level)
