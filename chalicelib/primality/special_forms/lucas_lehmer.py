"""Mersenne numbers."""

from gmpy2 import mpz

from chalicelib.primality.progress import Report
from chalicelib.primality.result import proper_factor
from chalicelib.primality.small_primes import PRIMES
from chalicelib.primality.special_forms.decision import Decision
from chalicelib.primality.special_forms.squarings import Modulus, squarings
from chalicelib.primality.strong_test import base_of_composite, find_base


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
