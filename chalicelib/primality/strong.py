"""Strong tests: which bases refute a number, and below which bound enough of them prove it prime."""

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.small import PRIMES
from chalicelib.primality.verdict import Witness

#: The least strong pseudoprime to the first 13 prime bases: J. Sorenson and J. Webster, "Strong pseudoprimes
#: to twelve prime bases", Math. Comp. 86 (2017), ψ13.
BOUND = 3_317_044_064_679_887_385_961_981
BASES = PRIMES[:13]


def strong_witness(n: mpz, bases: list[int] = PRIMES) -> Witness | None:
    """Return the first base for which an odd n with no factor among the bases fails the strong test, or None.

    A composite n passes for at most a quarter of all bases (M. O. Rabin, J. Number Theory 12 (1980)), so that
    over all PRIMES a composite is refuted, however it was made.
    """
    for base in bases:
        if not gmpy2.is_strong_prp(n, base):
            return Witness(base=base)
    return None
