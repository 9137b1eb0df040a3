"""FLINT's ECM, a curve at a time, so that its progress is known.

python-flint offers FLINT's ECM for machine words not at all and for integers only as a whole search, so both functions
are called in the shared library that it brings. Source: FLINT documentation, `ulong_extras.h`, `n_factor_ecm`, and
`fmpz_factor.h`, `fmpz_factor_ecm`.
"""

from __future__ import annotations

import ctypes

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
#: The bounds for words, the fastest of those that were measured, and the most curves. They miss no factor of 20,000
#: random composites, and 1 in 1,000 of those of products of two primes of 32 bits.
WORD_B1, WORD_B2, WORD_CURVES = 130, 3_000, 100

_ADDRESS, _WORD = ctypes.c_void_p, ctypes.c_uint64
#: The symbols of an extension and of its libraries. A call keeps the GIL, which guards what is below.
_flint = ctypes.PyDLL(flint_base.__file__)
_n_factor_ecm, _fmpz_factor_ecm = _flint.n_factor_ecm, _flint.fmpz_factor_ecm
_n_factor_ecm.argtypes = [_ADDRESS, _WORD, _WORD, _WORD, _ADDRESS, _WORD]
_fmpz_factor_ecm.argtypes = [_ADDRESS, _WORD, _WORD, _WORD, _ADDRESS, _ADDRESS]
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
    if _fmpz_factor_ecm(_factor_at, 1, bound, SECOND_STAGE * bound, _state_at, _composite_at) == 0:
        return 1
    text = ctypes.create_string_buffer(n.bit_length() // 4 + 8)
    _flint.fmpz_get_str(text, 16, _factor_at)
    return int(text.value, 16)


def levels(bits: int, digits: int = 0) -> list[tuple[int, int]]:
    """Return bounds, and how many curves, to find the least factor of a number, from some digits on."""
    return [level for size, level in LEVELS.items() if digits <= size <= 0.16 * bits + 5]
