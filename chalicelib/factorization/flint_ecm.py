"""FLINT's ECM, a curve at a time, so that its progress is known, and its p ± 1 method.

python-flint offers FLINT's ECM for machine words not at all, for integers only as a whole search, and the p ± 1 method
not at all, so these functions are called in the shared library that it brings. Source: FLINT documentation,
`ulong_extras.h`, `n_factor_ecm`, and `fmpz_factor.h`, `fmpz_factor_ecm` and `fmpz_factor_pp1`.
"""

from __future__ import annotations

import ctypes
import math

from flint.flint_base import flint_base

#: For factors of 10, 15, 20 … decimal digits: the bound of the first stage, and how many curves find most of them where
#: the bound of the second is 100 times as large. Source: GMP-ECM, `README`; Silverman and Wagstaff, "A practical
#: analysis of the elliptic curve factoring algorithm", 1993. The first was measured.
LEVELS = {
    10: (200, 20),
    15: (2_000, 25),
    20: (11_000, 90),
    25: (50_000, 300),
    30: (250_000, 700),
    35: (1_000_000, 1_800),
    40: (3_000_000, 5_100),
}
SECOND_STAGE = 100
#: The starts of the p ± 1 method: of the three, 5, 3 and 2 are the square-free parts of start² - 4, on which it depends
#: whether it is the p - 1 or the p + 1 method for a prime p. H. C. Williams, "A p + 1 method of factoring", Mathematics
#: of Computation 39 (1982).
PP1_STARTS = (3, 4, 6)
#: The bounds for words, the fastest of those that were measured, and the most curves. They miss no factor of 20,000
#: random composites, and 1 in 1,000 of those of products of two primes of 32 bits.
WORD_B1, WORD_B2, WORD_CURVES = 130, 3_000, 100

_ADDRESS, _WORD = ctypes.c_void_p, ctypes.c_uint64
#: The symbols of an extension and of its libraries. A call keeps the GIL, which guards what is below.
_flint = ctypes.PyDLL(flint_base.__file__)
_n_factor_ecm, _fmpz_factor_ecm, _pp1 = _flint.n_factor_ecm, _flint.fmpz_factor_ecm, _flint.fmpz_factor_pp1
_n_factor_ecm.argtypes = [_ADDRESS, _WORD, _WORD, _WORD, _ADDRESS, _WORD]
_fmpz_factor_ecm.argtypes = [_ADDRESS, _WORD, _WORD, _WORD, _ADDRESS, _ADDRESS]
_pp1.argtypes = [_ADDRESS, _ADDRESS, _WORD, _WORD, _WORD]
_flint.fmpz_set_str.argtypes = [_ADDRESS, ctypes.c_char_p, ctypes.c_int]
_flint.fmpz_get_str.argtypes = [_ADDRESS, ctypes.c_int, _ADDRESS]
#: The state of FLINT's random numbers, three machine words, the factor of a word, and two integers of any size.
_state, _found, _integers = (_WORD * 8)(), _WORD(), (_WORD * 2)()
_flint.flint_rand_init(_state)
_state_at, _found_at, _factor_at = ctypes.addressof(_state), ctypes.addressof(_found), ctypes.addressof(_integers)
_composite_at = _factor_at + ctypes.sizeof(_WORD)


def factor_of_word(n: int) -> int:
    """Return a factor of an odd composite below 2^64. Where none is found, it is no factor."""
    _n_factor_ecm(_found_at, WORD_CURVES, WORD_B1, WORD_B2, _state_at, n)
    return _found.value


def factor_by_curve(n: int, bound: int) -> int:
    """Return a factor of an odd composite by one curve with a bound of its first stage; 1 if it was not found."""
    _flint.fmpz_set_str(_composite_at, b"%x" % n, 16)
    return _found_integer(n, _fmpz_factor_ecm(_factor_at, 1, bound, SECOND_STAGE * bound, _state_at, _composite_at))


def factor_by_pp1(n: int, bound: int, start: int) -> int:
    """Return a factor p of an odd composite for which p - 1 or p + 1 has small factors only; 1 if it was not found.

    Args:
        n: The composite.
        bound: The bound of the first stage. That of the second, which FLINT takes as its root, is 100 times as large.
        start: One of `PP1_STARTS`.
    """
    _flint.fmpz_set_str(_composite_at, b"%x" % n, 16)
    return _found_integer(n, _pp1(_factor_at, _composite_at, bound, math.isqrt(SECOND_STAGE * bound), start))


def _found_integer(n: int, is_found: int) -> int:
    if not is_found:
        return 1
    text = ctypes.create_string_buffer(n.bit_length() // 4 + 8)
    _flint.fmpz_get_str(text, 16, _factor_at)
    return int(text.value, 16)


def levels(bits: int, digits: int = 0) -> list[tuple[int, int]]:
    """Return bounds, and how many curves, to find the least factor of a number, from some digits on."""
    return [level for size, level in LEVELS.items() if digits <= size <= 0.16 * bits + 5]
