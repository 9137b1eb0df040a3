"""Repeated squaring modulo k·2^m ± 1, which takes nearly all of the time of the tests of special forms."""

from typing import NamedTuple

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report, Steps

#: Iterations between two reports: about 0.1 s at 10,000 digits.
REPORT_ITERATIONS = 1024


class Modulus(NamedTuple):
    """The number k·2^m + sign."""

    #: The odd factor.
    k: mpz
    #: The exponent of 2.
    m: int
    #: 1 or -1.
    sign: int

    @property
    def value(self) -> mpz:
        """The number itself."""
        return (self.k << self.m) + self.sign


def squarings(x: mpz, times: int, modulus: Modulus, minus: int, report: Report) -> mpz:
    """Apply x → x² - minus modulo n to an x with 0 ≤ x < n, `times` times.

    With x² = q·k·2^m + r·2^m + low, and k·2^m ≡ -sign, x² ≡ r·2^m + low - sign·q. For small k this takes about
    a third of the time of a division by n.
    """
    k, m, sign = modulus
    n = modulus.value
    for done in range(times):
        if done % REPORT_ITERATIONS == 0:
            report(Steps(done, times))
        square = x * x - minus
        high = square >> m
        x = gmpy2.f_mod_2exp(square, m)
        if k > 1:
            high, rest = gmpy2.f_divmod(high, k)
            x += rest << m
        x -= high * sign
        # Now -n < x < 2n. For the next step to keep this bound, x must be below n.
        if x >= n:
            x -= n
    return x % n
