"""The methods that split a composite, the cheapest first. The libraries do the work: FLINT, GMP and PARI.

PARI's `factorint` runs Pollard's rho, a first stage of ECM and the quadratic sieve (MPQS). Its flag names those to
leave out, so that the three are three steps, and together take the time of one call. It has no bound of its own for ECM
beyond that: FLINT's `factor_smooth` looks for factors of a given size. Sources: PARI/GP documentation, `factorint`;
FLINT documentation, `fmpz_factor_smooth`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.primality import factors
from chalicelib.primality.small_primes import PRODUCT_100_000

#: The size of PARI's stack at the start and at most: its default of 8 MB overflows at 200 bits.
STACK_BYTES, MAX_STACK_BYTES = 2**28, 2**31
#: The largest composite that PARI's methods are tried on. Its sieve has no parameters beyond 107 digits.
PARI_MAX_BITS = 330
#: The sizes of the factors that the rounds of ECM look for: bits of the first, and from one to the next.
FIRST_ROUND_BITS, ROUND_BITS = 32, 8
#: PARI's first stage of ECM finds factors of this size, so that FLINT's rounds go on from there.
PARI_ROUND_BITS = 56
#: Flags of `factorint`: without the sieve; without the first stage of ECM; without rho; without the last stage of ECM.
NO_SIEVE, NO_ECM, NO_RHO, NO_LAST_ECM = 1, 2, 4, 8

RHO, ECM, SIEVE = "Pollard rho", "ECM", "quadratic sieve"
_FLAGS = {
    RHO: NO_SIEVE | NO_ECM | NO_LAST_ECM,
    ECM: NO_SIEVE | NO_RHO | NO_LAST_ECM,
    SIEVE: NO_ECM | NO_RHO,
}

#: Parts of a number: their product is the number.
Parts = list[int]


def trial_division(n: int) -> Parts:
    """Return the prime factors of n below 100,000, each as often as it divides n, and last what is left, maybe 1."""
    rest, parts = mpz(n), []
    for prime, _ in fmpz(int(gmpy2.gcd(rest, PRODUCT_100_000))).factor():
        rest, exponent = gmpy2.remove(rest, int(prime))
        parts += [int(prime)] * exponent
    return [*parts, int(rest)]


def perfect_power(n: int) -> Parts:
    """Return the roots of a perfect power, or n alone."""
    root = factors.root(mpz(n))
    if root is None:
        return [n]
    exponent = 1
    while root**exponent < n:
        exponent += 1
    return [int(root)] * exponent


def pari(n: int, method: str) -> Parts:
    """Return the parts that a method of PARI finds."""
    # A text of digits only: PARI evaluates text as code.
    primes, exponents = _factorint()(f"0x{n:x}", _FLAGS[method])
    return [int(p) for p, exponent in zip(primes, exponents, strict=True) for _ in range(int(exponent))]


def smooth(n: int, bits: int) -> Parts:
    """Return the parts that ECM finds with bounds for factors of some bits."""
    return [int(p) for p, exponent in fmpz(n).factor_smooth(bits) for _ in range(exponent)]


def rounds(bits: int) -> Iterator[int]:
    """Yield the sizes of the factors that ECM looks for in a composite of some bits."""
    first = PARI_ROUND_BITS if bits <= PARI_MAX_BITS else FIRST_ROUND_BITS
    yield from range(first, bits // 2 + ROUND_BITS, ROUND_BITS)


@cache
def _pari() -> Any:  # noqa: ANN401 - cypari has no types
    # Imported here so that only a process that needs PARI loads it.
    from cypari import pari  # noqa: PLC0415

    pari.allocatemem(STACK_BYTES, MAX_STACK_BYTES, silent=True)
    return pari


@cache
def _factorint() -> Any:  # noqa: ANN401 - cypari has no types
    function = _pari()("(n, flag) -> factorint(n, flag)")
    return lambda text, flag: function(_pari()(text), flag)
