"""Repeated squaring modulo k·2^m ± 1, the whole cost of the tests of special forms."""

from typing import NamedTuple

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report, Steps

#: Iterations between two reports: at most about 0.1 s at 10,000 digits.
REPORT_EVERY = 1024


class Modulus(NamedTuple):
    """The number k·2^m + sign, with sign 1 or -1."""

    k: mpz
    m: int
    sign: int

    @property
    def value(self) -> mpz:
        """The number itself."""
        return (self.k << self.m) + self.sign


def squarings(x: mpz, times: int, modulus: Modulus, minus: int, report: Report) -> mpz:
    """Return what becomes of 0 ≤ x < n in so many steps x → x² - minus modulo n.

    With x² = q·k·2^m + r·2^m + low, and k·2^m ≡ -sign, x² ≡ r·2^m + low - sign·q. For small k this takes about
    a third of the time of a division by n.
    """
    k, m, sign = modulus
    n = modulus.value
    for done in range(times):
        if done % REPORT_EVERY == 0:
            report(Steps(done, times))
        square = x * x - minus
        high = square >> m
        x = gmpy2.f_mod_2exp(square, m)
        if k > 1:
            high, rest = gmpy2.f_divmod(high, k)
            x += rest << m
        x -= high * sign
        # It lies between -n and 2n, and has to stay below n for the next square to do so too.
        if x >= n:
            x -= n
    return x % n
