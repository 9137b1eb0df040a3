"""The Baillie-PSW test: a strong test to base 2 and a Lucas test.

R. Baillie and S. S. Wagstaff, "Lucas pseudoprimes", Math. Comp. 35 (1980); C. Pomerance, J. L. Selfridge and
S. S. Wagstaff, "The pseudoprimes to 25·10^9", ibid. No composite is known that passes, and none exists below
2^64: all base-2 pseudoprimes up to there were listed by J. Feitsma and W. Galway, "Tables of pseudoprimes and
related data" (2013), and FLINT's test was checked against the list (FLINT documentation, `n_is_prime`).
"""

import ctypes

import gmpy2
from flint import fmpz
from flint.flint_base import flint_base
from gmpy2 import mpz

from chalicelib.primality.result import Witness
from chalicelib.primality.strong_test import base_of_composite

#: Every number below it that passes the test is prime.
VERIFIED_BELOW = 2**64
#: Up to this size FLINT's Lucas test takes 0.3 to 0.6 of the time of `is_lucas_probable_prime`.
FLINT_MAX_BITS = 1024
#: FLINT's number in an object of python-flint stands behind the object's head.
FLINT_AT = object.__basicsize__

_flint_lucas = ctypes.PyDLL(flint_base.__file__).fmpz_is_probabprime_lucas
_flint_lucas.argtypes = [ctypes.c_void_p]


def lucas_witness(number: mpz) -> Witness | None:
    """Return a base that refutes an odd n > 2^64 without small factors, or None if n passes the Lucas test."""
    is_small = number.bit_length() <= FLINT_MAX_BITS
    passes = is_flint_lucas_probable_prime(int(number)) if is_small else is_lucas_probable_prime(number)
    return None if passes else base_of_composite(number)


def is_flint_lucas_probable_prime(n: int) -> bool:
    """Return whether n passes FLINT's Lucas test, with Selfridge's parameters, which python-flint does not offer."""
    number = fmpz(n)
    return bool(_flint_lucas(id(number) + FLINT_AT))


def is_lucas_probable_prime(n: mpz) -> bool:
    """Return whether an odd n passes the almost extra strong Lucas test.

    With the least P ≥ 3 for which P² - 4 is no square modulo n, and n + 1 = d·2^s: V_d = ±2, or V_(d·2^r) = 0
    for some r < s - 1. J. Grantham, "Frobenius pseudoprimes", Math. Comp. 70 (2001), without the condition on U.
    """
    if gmpy2.is_square(n):
        return False
    p = 3
    while (symbol := gmpy2.jacobi(p * p - 4, n)) == 1:
        p += 1
    if symbol == 0 and (p * p - 4) % n:
        return False
    s = gmpy2.bit_scan1(n + 1)
    v = gmpy2.lucasv_mod(p, 1, (n + 1) >> s, n)
    if v in (2, n - 2):
        return True
    for _ in range(s - 1):
        if v == 0:
            return True
        v = (v * v - 2) % n
    return False
