"""Proofs for a prime n whose neighbour n - 1 or n + 1 factors over known primes.

These are the small primes, as for n! ± 1 and n# ± 1, and helpers: large prime factors that a client knows.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

import gmpy2
from gmpy2 import mpz

from chalicelib.primality import ecpp
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.progress import Report, Steps
from chalicelib.primality.result import WrongResult
from chalicelib.primality.screening import screen
from chalicelib.primality.small_primes import PRIMES, PRODUCT_100_000
from primes_core.verifier.neighbours import require_full_order, why_insufficient
from primes_core.verifier.refusals import Refused


class NeighbourProof(NamedTuple):
    """A proof that a number is prime."""

    #: The name of the proof.
    method: str
    #: PARI's N-1 certificate, or the same for N + 1: see `primes_core.verifier.verify`.
    certificate: str


def smooth_neighbour(n: mpz, report: Report, helpers: Iterable[int] = ()) -> NeighbourProof | None:
    """Prove a probable prime n > 2^81 by prime factors of n - 1 or n + 1, or return None.

    The theorems are in `primes_core.verifier.neighbours`.

    Args:
        n: The probable prime.
        report: Gets the steps.
        helpers: Integers. Prime factors of n - 1 or n + 1 are used beside those below 100,000.

    Raises:
        WrongResult: A helper that the proof uses is composite.
    """
    for sign, method, prefix in ((-1, "Pocklington", ""), (1, "Morrison", "N+1: ")):
        primes = _enough_primes(n, sign, helpers)
        with suppress(Refused):  # n is composite, which the next proof shows
            if primes:
                require_full_order(n, sign, primes, lambda done, total: report(Steps(done, total, "factors")))
                return NeighbourProof(method, f"{prefix}[{n.digits()}, [{', '.join(map(_proven, primes))}]]")
    return None


def primes_of_neighbour(n: mpz, helpers: Iterable[int] = ()) -> list[int]:
    """Return the prime factors of n - 1 or n + 1 that `smooth_neighbour` uses; none if they do not suffice.

    It takes milliseconds, and the screening of the helpers.
    """
    return _enough_primes(n, -1, helpers) or _enough_primes(n, 1, helpers)


def _proven(p: int) -> str:
    """Return a prime as a factor of a certificate: above 2^64 with a certificate of its own."""
    if p < VERIFIED_BELOW:
        return str(p)
    certificate = ecpp.certify(p)
    if certificate is None:
        raise WrongResult("a known factor passes the Baillie-PSW test and is composite")
    return f"[{mpz(p).digits()}, 0, {certificate}]"


def _enough_primes(n: mpz, sign: int, helpers: Iterable[int]) -> list[int]:
    """Return prime factors of n + sign whose full powers suffice for a proof, else none."""
    order = n + sign
    common = gmpy2.gcd(order, PRODUCT_100_000)
    known = {p for p in PRIMES if common % p == 0} | {p for p in helpers if order % p == 0 and screen(p).is_prime}
    powers = {p: mpz(p) ** gmpy2.remove(order, p)[1] for p in known}
    product, primes = mpz(1), list[int]()
    for p in sorted(powers, key=lambda p: powers[p], reverse=True):
        product *= powers[p]
        primes.append(p)
        is_near = 3 * product.bit_length() >= n.bit_length()
        if is_near and why_insufficient(n, sign, product) is None:
            return primes
    return []
