"""The strong probable prime test: the bases that refute a number, and the bound below which it proves a prime."""

from collections.abc import Iterable, Iterator
from hashlib import shake_128
from itertools import chain

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.result import Witness, WrongResult
from chalicelib.primality.small_primes import PRIMES

#: The least strong pseudoprime to the first 13 prime bases: J. Sorenson and J. Webster, "Strong pseudoprimes
#: to twelve prime bases", Math. Comp. 86 (2017), ψ13.
PSI_13 = 3_317_044_064_679_887_385_961_981
BASES = PRIMES[:13]
#: The bases that refute nearly every composite. F. Arnault, "Rabin-Miller primality test: composite numbers which pass
#: it", Math. Comp. 64 (1995), constructs composites that pass for every prime base up to any bound.
FIRST_BASES = (2, 3, 5)
#: The size of the bases that are then taken from a hash of the number, in bytes, and how many these are.
HASH_BASE_BYTES, HASH_BASES = 8, 64


def refutes(base: int, n: mpz) -> bool:
    """Return whether an odd n > 2 fails the strong test to a base, which no prime does.

    It follows the definition. With n - 1 = d·2^s and d odd, n passes if base^d ≡ 1, or base^(d·2^r) ≡ -1 for an
    r < s: M. O. Rabin, "Probabilistic algorithm for testing primality", J. Number Theory 12 (1980).
    """
    minus_1 = n - 1
    s = gmpy2.bit_scan1(minus_1)
    x = gmpy2.powmod(base, minus_1 >> s, n)
    if x == 1 or x == minus_1:  # noqa: PLR1714 - twice as fast
        return False
    for _ in range(s - 1):
        x = x * x % n
        if x == minus_1:
            return False
    return bool(base % n)


def find_base(n: mpz, bases: Iterable[int]) -> Witness | None:
    """Return the first base that refutes an odd n, or None."""
    for base in bases:
        if refutes(base, n):
            return Witness(base=base)
    return None


def base_of_composite(n: mpz) -> Witness:
    """Return a base that refutes an odd n that another test calls composite.

    A composite passes for at most a quarter of all bases (Rabin), and who constructs one does not choose its hash.

    Raises:
        WrongResult: There is none, so that n is prime and the other test is wrong.
    """
    witness = find_base(n, chain(FIRST_BASES, hash_bases(n)))
    if witness is None:
        raise WrongResult("a number was called composite, but no base refutes it")
    return witness


def hash_bases(n: mpz) -> Iterator[int]:
    """Yield bases that depend on all of n and are the same in every process."""
    digest = shake_128(gmpy2.to_binary(n)).digest(HASH_BASES * HASH_BASE_BYTES)
    for start in range(0, len(digest), HASH_BASE_BYTES):
        yield int.from_bytes(digest[start : start + HASH_BASE_BYTES], "big")
