"""The factors of words, numbers below 2^64, which take microseconds.

Trial division by the primes below 100,000, for many numbers by one division, then FLINT's ECM on machine words. That
takes a third of PARI's time: see benchmarks/factoring.md. python-flint does not offer this function, so it is called in
the shared library that python-flint brings. Source: FLINT documentation, `ulong_extras.h`, `n_factor_ecm`.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator

from flint import fmpz
from flint.flint_base import flint_base
from gmpy2 import gcd, mpz

from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.small_primes import PRIME_SET, PRODUCT_100_000

#: How many words are tried at once by the primes below a limit, and the square of that limit.
GROUP, LIMIT = 64, 100_000
SQUARE = LIMIT**2
#: The bounds of ECM, the fastest of those that were measured, and the most curves. They miss no factor of 20,000 random
#: composites, and 1 in 1,000 of those of products of two primes of 32 bits.
WORD_B1, WORD_B2, WORD_CURVES = 130, 3_000, 100

_WORD = ctypes.c_uint64
#: A call keeps the interpreter's lock, which guards the state of FLINT's random numbers and the factor.
_flint = ctypes.PyDLL(flint_base.__file__)
_n_factor_ecm = _flint.n_factor_ecm
_n_factor_ecm.argtypes = [ctypes.c_void_p, _WORD, _WORD, _WORD, ctypes.c_void_p, _WORD]
_state, _found = (_WORD * 8)(), _WORD()
_flint.flint_rand_init(_state)
_state_at, _found_at = ctypes.addressof(_state), ctypes.addressof(_found)


def is_word(n: int) -> bool:
    """Return whether a number is a word that has factors."""
    return 1 < n < VERIFIED_BELOW


def factor_words(numbers: list[int]) -> Iterator[list[tuple[int, int]]]:
    """Yield the prime factors of words with their exponents, for each word a list, the least first."""
    for start in range(0, len(numbers), GROUP):
        group = numbers[start : start + GROUP]
        primes = PRODUCT_100_000 % math.prod(group, start=mpz(1))
        for n in group:
            yield _factor(n, int(gcd(primes, n)))


def _factor(n: int, small: int) -> list[tuple[int, int]]:
    """Return the prime factors of a word, given the product of its prime factors below 100,000."""
    found = []
    if small > 1:
        for prime in [small] if small in PRIME_SET else sorted(int(prime) for prime, _ in fmpz(small).factor()):
            n, exponent = n // prime, 1
            while not n % prime:
                n, exponent = n // prime, exponent + 1
            found.append((prime, exponent))
        if n == 1:
            return found
    primes = split_word(n)
    return [*found, *((prime, primes.count(prime)) for prime in sorted(set(primes)))]


def split_word(n: int) -> list[int]:
    """Return the prime factors of a word that has none below 100,000."""
    if n < SQUARE or fmpz(n).is_prime():
        return [n]
    factor = factor_of_word(n)
    if 1 < factor < n and not n % factor:
        return split_word(factor) + split_word(n // factor)
    return [int(prime) for prime, exponent in fmpz(n).factor() for _ in range(exponent)]


def factor_of_word(n: int) -> int:
    """Return a factor of an odd composite below 2^64. If the search fails, the return value does not divide it."""
    _n_factor_ecm(_found_at, WORD_CURVES, WORD_B1, WORD_B2, _state_at, n)
    return _found.value
