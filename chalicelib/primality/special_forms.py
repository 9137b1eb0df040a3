"""Numbers k·2^m - 1 and k·2^m + 1 with odd k < 2^m, which one test proves prime or composite.

Repeated squaring takes nearly all of the time of the tests of numbers k·2^m - 1.
"""

from itertools import chain, count
from typing import NamedTuple

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report, Steps
from chalicelib.primality.result import Witness, proper_factor
from chalicelib.primality.small_primes import PRIMES
from chalicelib.primality.strong_test import base_of_composite, find_base, refutes

#: The last 32 bits of an n > 3.3·10^24. In a number of special form all of them but the last are the same: m > 40.
LOW_BITS = 2**32 - 1
#: Iterations between two reports: about 0.1 s at 10,000 digits.
REPORT_ITERATIONS = 1024


class Decision(NamedTuple):
    """A proof that a number is prime, or that it is composite."""

    #: The theorem that decided.
    method: str
    #: Why the number is composite; None if it is prime.
    witness: Witness | None = None


def special_form(n: mpz, report: Report) -> Decision | None:
    """Decide an n > 3.3·10^24 without small factors if it has a special form, else return None.

    The form is recognised from the number itself.
    """
    m = gmpy2.bit_scan1(n + 1)
    k = (n + 1) >> m
    if k == 1:
        return lucas_lehmer(m, report)
    if k.bit_length() <= m:
        return riesel(k, m, report)
    m = gmpy2.bit_scan1(n - 1)
    k = (n - 1) >> m
    if k.bit_length() <= m:
        return proth(k, m)
    return None


def lucas_lehmer(p: int, report: Report) -> Decision:
    """Decide 2^p - 1 for p > 2.

    For prime p it is prime exactly when S_(p-2) ≡ 0, with S_0 = 4 and S_(i+1) = S_i² - 2: D. H. Lehmer, "On
    Lucas's test for the primality of Mersenne's numbers", J. London Math. Soc. 10 (1935). For composite p, a
    prime q that divides p gives the factor 2^q - 1.
    """
    q = next((q for q in PRIMES if p % q == 0), p)
    if q < p:
        return Decision("algebraic factor", proper_factor(2**p - 1, 2**q - 1))
    modulus = Modulus(mpz(1), p, -1)
    witness = find_base(modulus.value, [3])
    if witness is not None:
        return Decision("strong test to base 3", witness)
    if squarings(mpz(4), p - 2, modulus, 2, report) == 0:
        return Decision("Lucas-Lehmer")
    return Decision("Lucas-Lehmer", base_of_composite(modulus.value))


def riesel(k: mpz, m: int, report: Report) -> Decision:
    """Decide N = k·2^m - 1 for odd k < 2^m and m > 2.

    N is prime exactly when u_(m-2) ≡ 0, with u_0 = V_k(P, 1) and u_(i+1) = u_i² - 2: H. Riesel, "Lucasian
    criteria for the primality of N = h·2^n - 1", Math. Comp. 23 (1969). P must satisfy (P-2 | N) = 1 and
    (P+2 | N) = -1: Ö. J. Rödseth, "A note on primality tests for N = h·2^n - 1", BIT 34 (1994).
    """
    modulus = Modulus(k, m, -1)
    n = modulus.value
    witness = find_base(n, [3])
    if witness is not None:
        return Decision("strong test to base 3", witness)
    p = next(p for p in count(3) if gmpy2.jacobi(p - 2, n) == 1 and gmpy2.jacobi(p + 2, n) == -1)
    start = gmpy2.lucasv_mod(p, 1, k, n)
    if squarings(start, m - 2, modulus, 2, report) == 0:
        return Decision("Lucas-Lehmer-Riesel")
    return Decision("Lucas-Lehmer-Riesel", base_of_composite(n))


def proth(k: mpz, m: int) -> Decision:
    """Decide N = k·2^m + 1 for odd k < 2^m: if (a | N) = -1, N is prime exactly when it passes the test to base a.

    F. Proth, "Théorèmes sur les nombres premiers", C. R. Acad. Sci. Paris 87 (1878): N is prime exactly when
    a^((N-1)/2) ≡ -1. For k = 1 it is the test of T. Pépin, "Sur la formule 2^(2^n) + 1", ibid. 85 (1877), with a = 3.
    What passes the strong test to base a also passes Euler's, which is a^((N-1)/2) ≡ (a | N): C. Pomerance,
    J. L. Selfridge and S. S. Wagstaff, "The pseudoprimes to 25·10^9", Math. Comp. 35 (1980). One strong test decides.
    """
    n = (k << m) + 1
    if gmpy2.is_square(n):  # a square has no such base
        return Decision("perfect power", proper_factor(n, gmpy2.isqrt(n)))
    # k can be such that every small prime is a square modulo n, as in 100003#·2^143840 + 1.
    base = next(a for a in chain(PRIMES, count(PRIMES[-1])) if gmpy2.jacobi(a, n) == -1)
    method = "Pépin" if k == 1 and base == 3 else f"Proth to base {base}"
    return Decision(method, Witness(base=base) if refutes(base, n) else None)


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
