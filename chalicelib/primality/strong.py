"""Strong tests: which bases refute a number, and below which bound enough of them prove it prime."""

from collections.abc import Iterable
from itertools import chain, count

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.small import PRIMES
from chalicelib.primality.verdict import Witness

#: The least strong pseudoprime to the first 13 prime bases: J. Sorenson and J. Webster, "Strong pseudoprimes
#: to twelve prime bases", Math. Comp. 86 (2017), ψ13.
BOUND = 3_317_044_064_679_887_385_961_981
BASES = PRIMES[:13]


def strong_witness(n: mpz, bases: Iterable[int]) -> Witness | None:
    """Return the first base for which an odd n, that shares no factor with any, fails the strong test, or None."""
    for base in bases:
        if not gmpy2.is_strong_prp(n, base):
            return Witness(base=base)
    return None


def witness_of_composite(n: mpz) -> Witness:
    """Return the first base that refutes an odd composite n without small factors.

    The search ends: no composite passes for more than a quarter of all bases. M. O. Rabin, "Probabilistic
    algorithm for testing primality", J. Number Theory 12 (1980).
    """
    bases = chain(PRIMES, (base for base in count(PRIMES[-1] + 1) if gmpy2.gcd(base, n) == 1))
    return next(Witness(base=base) for base in bases if not gmpy2.is_strong_prp(n, base))
