"""The strong probable prime test: which bases refute a number, and up to which bound it proves a number prime."""

from collections.abc import Iterable
from itertools import chain, count

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.result import Witness
from chalicelib.primality.small_primes import PRIMES

#: The least strong pseudoprime to the first 13 prime bases: J. Sorenson and J. Webster, "Strong pseudoprimes
#: to twelve prime bases", Math. Comp. 86 (2017), ψ13.
PSI_13 = 3_317_044_064_679_887_385_961_981
BASES = PRIMES[:13]


def find_base(n: mpz, bases: Iterable[int]) -> Witness | None:
    """Return the first base for which an odd n fails the strong test, or None. No base shares a factor with n."""
    for base in bases:
        if not gmpy2.is_strong_prp(n, base):
            return Witness(base=base)
    return None


def base_of_composite(n: mpz) -> Witness:
    """Return the first base for which an odd composite n without small factors fails the strong test.

    The search ends: a composite passes the test for at most a quarter of all bases. M. O. Rabin, "Probabilistic
    algorithm for testing primality", J. Number Theory 12 (1980).
    """
    bases = chain(PRIMES, (base for base in count(PRIMES[-1] + 1) if gmpy2.gcd(base, n) == 1))
    return next(Witness(base=base) for base in bases if not gmpy2.is_strong_prp(n, base))
