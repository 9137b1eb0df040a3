"""Mersenne numbers."""

from gmpy2 import mpz

from chalicelib.primality.progress import Report
from chalicelib.primality.small import PRIMES
from chalicelib.primality.special_forms.outcome import Outcome
from chalicelib.primality.special_forms.squarings import Modulus, squarings
from chalicelib.primality.strong import strong_witness, witness_of_composite
from chalicelib.primality.verdict import Witness


def lucas_lehmer(p: int, progress: Report) -> Outcome:
    """Decide 2^p - 1, p > 2: for prime p it is prime exactly when S_(p-2) ≡ 0, S_0 = 4, S_(i+1) = S_i² - 2.

    D. H. Lehmer, "On Lucas's test for the primality of Mersenne's numbers", J. London Math. Soc. 10 (1935). For
    composite p, a prime q that divides it gives the factor 2^q - 1.
    """
    q = next((q for q in PRIMES if p % q == 0), p)
    if q < p:
        return Outcome("algebraic factor", Witness(factor=2**q - 1))
    modulus = Modulus(mpz(1), p, -1)
    witness = strong_witness(modulus.value, [3])
    if witness is not None:
        return Outcome("strong test to base 3", witness)
    if squarings(mpz(4), p - 2, modulus, 2, progress) == 0:
        return Outcome("Lucas-Lehmer")
    return Outcome("Lucas-Lehmer", witness_of_composite(modulus.value))
