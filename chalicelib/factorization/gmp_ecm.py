"""GMP-ECM: one curve of the elliptic curve method, or one p - 1 or p + 1 test, by a call.

The wheel `passagemath-libecm` has the shared library. Its Python part needs the rest of Sage and is not used. Source:
GMP-ECM 7.0, `ecm.h` and `README.lib`.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import gmpy2

#: For factors of 10, 15, 20 … decimal digits: the bound of the first stage, B1, and how many curves find most of them.
#: Source: GMP-ECM, `README`, table 1, with a sixth more curves for this parametrization, as `ecm -v` prints them.
LEVELS = {
    10: (200, 20),
    15: (2_000, 30),
    20: (11_000, 87),
    25: (50_000, 253),
    30: (250_000, 513),
    35: (1_000_000, 1_071),
    40: (3_000_000, 2_753),
    45: (11_000_000, 5_208),
}
PACKAGE = "passagemath_libecm"
#: `ecm.h`: the methods, and the parametrization that is fastest on machines of 64 bits.
ECM, P_MINUS_1, P_PLUS_1 = 0, 1, 2
BATCH_SQUARE = 1
#: The least sigma and how many there are for that parametrization: its multiples must fit a machine word.
MIN_SIGMA, SIGMAS = 2, 2**31
#: The memory that the second stage gets, in bytes: a function has 1,769 MB.
MAX_MEMORY_BYTES = 500e6
#: Starting points of p + 1, as fractions, for which the order of the group is divisible by 6 and by 4: GMP-ECM,
#: `README`. Each makes it a p + 1 test for half of the primes p.
STARTING_POINTS = ((2, 7), (6, 5))


class _Integer(ctypes.Structure):
    """GMP's `mpz_t`."""

    _fields_ = (("alloc", ctypes.c_int), ("size", ctypes.c_int), ("limbs", ctypes.c_void_p))


class _Params(ctypes.Structure):
    """The beginning of `ecm_params`, and room for the rest of it."""

    _fields_ = (
        ("method", ctypes.c_int),
        ("x", _Integer),
        ("y", _Integer),
        ("param", ctypes.c_int),
        ("sigma", _Integer),
        ("sigma_is_A", ctypes.c_int),
        ("curve", ctypes.c_void_p),
        ("go", _Integer),
        ("B1done", ctypes.c_double),
        ("B2min", _Integer),
        ("B2", _Integer),
        ("k", ctypes.c_ulong),
        ("S", ctypes.c_int),
        ("repr", ctypes.c_int),
        ("nobase2step2", ctypes.c_int),
        ("verbose", ctypes.c_int),
        ("streams_and_files", ctypes.c_void_p * 4),
        ("maxmem", ctypes.c_double),
        ("rest", ctypes.c_byte * 2048),
    )


class _Library(NamedTuple):
    """The loaded library, with the objects of its calls. A call keeps the interpreter's lock, which guards them."""

    functions: ctypes.PyDLL
    params: _Params
    number: _Integer
    factor: _Integer


def library_path(folder: Path) -> Path:
    """Return the path of the library among installed packages.

    Raises:
        ImportError: It is not there.
    """
    paths = sorted(folder.glob(f"{PACKAGE}.libs/libecm-*.so*"))
    if not paths:
        raise ImportError(f"GMP-ECM is not installed in {folder}: install passagemath-libecm with infra/install")
    return paths[0]


def levels(bits: int) -> list[tuple[int, int]]:
    """Return bounds, and how many curves, to find the least factor of a number."""
    return [level for size, level in LEVELS.items() if size <= 0.16 * bits + 5]


def factor_by_curve(n: int, bound: int, sigma: int) -> int:
    """Return a factor of an odd composite by one curve, 1 if it was not found.

    Args:
        n: The composite.
        bound: The bound of the first stage, B1. GMP-ECM chooses the one of the second.
        sigma: Any integer from 0 on, which chooses the curve.
    """
    return _run(n, bound, ECM, sigma=MIN_SIGMA + sigma % SIGMAS)


def factor_by_p_minus_1(n: int, bound: int) -> int:
    """Return a factor p of an odd composite such that p - 1 has only small factors; 1 if none was found."""
    return _run(n, bound, P_MINUS_1, x=3)


def factor_by_p_plus_1(n: int, bound: int, point: tuple[int, int]) -> int:
    """Return a factor p of an odd composite such that p + 1 has only small factors; 1 if none was found.

    Args:
        n: The composite, without a factor below 10.
        bound: The bound of the first stage, B1.
        point: One of `STARTING_POINTS`.
    """
    return _run(n, bound, P_PLUS_1, x=int(gmpy2.divm(*point, n)))


def _run(n: int, bound: int, method: int, *, sigma: int = 0, x: int = 0) -> int:
    functions, params, number, factor = _load()
    params.method, params.param, params.B1done = method, BATCH_SQUARE, 1.0
    for target, value in ((number, n), (params.x, x), (params.y, 0), (params.sigma, sigma)):
        functions["__gmpz_set_str"](ctypes.byref(target), b"%x" % value, 16)
    status = functions["ecm_factor"](*map(ctypes.byref, (factor, number)), ctypes.c_double(bound), ctypes.byref(params))
    if status <= 0:  # nothing was found, or there is too little memory for the second stage
        return 1
    text = ctypes.create_string_buffer(n.bit_length() // 4 + 8)
    functions["__gmpz_get_str"](text, 16, ctypes.byref(factor))
    return int(text.value, 16)


@cache
def _load() -> _Library:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ImportError("GMP-ECM is not installed: install passagemath-libecm with infra/install")
    functions = ctypes.PyDLL(str(library_path(Path(spec.origin).parents[1])))
    library = _Library(functions, _Params(), _Integer(), _Integer())
    functions["ecm_init"](ctypes.byref(library.params))
    library.params.maxmem = MAX_MEMORY_BYTES
    for integer in (library.number, library.factor):
        functions["__gmpz_init"](ctypes.byref(integer))
    return library
