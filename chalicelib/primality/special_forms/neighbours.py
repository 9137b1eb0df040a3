"""Proofs for a prime n whose neighbour n - 1 or n + 1 factors over known primes.

These are the small primes, as for n! ± 1 and n# ± 1, and helpers: large prime factors that a client knows.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count, islice, takewhile
from typing import NamedTuple

import gmpy2
from gmpy2 import mpz

from chalicelib.primality import ecpp
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.progress import Report, Steps
from chalicelib.primality.result import WrongResult
from chalicelib.primality.screening import screen
from chalicelib.primality.small_primes import PRIMES, PRODUCT_100_000
from primes_core.verifier.neighbours import FIRST_ELEMENT, MAX_ELEMENTS, shown_primes, why_insufficient


class _Group(NamedTuple):
    """Elements whose order modulo a prime n divides n - 1 or n + 1."""

    #: The name of the proof.
    method: str
    #: n - 1 or n + 1.
    order: mpz
    #: The neutral element.
    one: int
    #: A power of an element.
    power: Callable[[mpz, mpz], mpz]
    #: The elements that are tried, without end where n is prime.
    elements: Iterator[mpz]


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
    if gmpy2.is_square(n):  # modulo a square every d is a square or shares a factor with it
        return None
    for group in (_below(n), _above(n)):
        primes = _enough_primes(group.order, n, helpers)
        if primes and _have_full_order(group, primes, n, report):
            prefix = "" if group.order < n else "N+1: "
            return NeighbourProof(group.method, f"{prefix}[{n.digits()}, [{', '.join(map(_proven, primes))}]]")
    return None


def primes_of_neighbour(n: mpz, helpers: Iterable[int] = ()) -> list[int]:
    """Return the prime factors of n - 1 or n + 1 that `smooth_neighbour` uses; none if they do not suffice.

    It takes milliseconds, and the screening of the helpers.
    """
    return _enough_primes(n - 1, n, helpers) or _enough_primes(n + 1, n, helpers)


def _proven(p: int) -> str:
    """Return a prime as a factor of a certificate: above 2^64 with a certificate of its own."""
    if p < VERIFIED_BELOW:
        return str(p)
    certificate = ecpp.certify(p)
    if certificate is None:
        raise WrongResult("a known factor passes the Baillie-PSW test and is composite")
    return f"[{mpz(p).digits()}, 0, {certificate}]"


def _below(n: mpz) -> _Group:
    return _Group("Pocklington", n - 1, 1, lambda x, e: gmpy2.powmod(x, e, n), map(mpz, count(FIRST_ELEMENT)))


def _above(n: mpz) -> _Group:
    d = next(d for d in chain([-1], count(2)) if gmpy2.jacobi(d, n) == -1)

    # (t + √d) / (t - √d) has norm 1, and every such element lies in the same field. If t² - d has no inverse modulo n,
    # n is composite: the elements end, and nothing is proven.
    numbers = takewhile(lambda t: gmpy2.gcd(t * t - d, n) == 1, map(mpz, count(FIRST_ELEMENT)))
    traces = (2 * (t * t + d) * gmpy2.invert(t * t - d, n) % n for t in numbers)

    def power(trace: mpz, exponent: mpz) -> mpz:
        return trace if trace == 2 else gmpy2.lucasv_mod(trace, 1, exponent, n)  # lucasv_mod refuses 2

    return _Group("Morrison", n + 1, 2, power, traces)


def _enough_primes(order: mpz, n: mpz, helpers: Iterable[int]) -> list[int]:
    """Return prime factors of the order whose full powers suffice for a proof, else none."""
    common = gmpy2.gcd(order, PRODUCT_100_000)
    known = {p for p in PRIMES if common % p == 0} | {p for p in helpers if order % p == 0 and screen(p).is_prime}
    powers = {p: mpz(p) ** gmpy2.remove(order, p)[1] for p in known}
    product, primes = mpz(1), list[int]()
    for p in sorted(powers, key=lambda p: powers[p], reverse=True):
        product *= powers[p]
        primes.append(p)
        is_near = 3 * product.bit_length() >= n.bit_length()
        if is_near and why_insufficient(n, int(order - n), product) is None:
            return primes
    return []


def _have_full_order(group: _Group, primes: list[int], n: mpz, report: Report) -> bool:
    missing = primes
    for x in islice(group.elements, MAX_ELEMENTS):
        report(Steps(len(primes) - len(missing), len(primes), "factors"))
        product = mpz(math.prod(missing))
        y = group.power(x, group.order // product)
        if group.power(y, product) != group.one:
            return False  # n is composite, which the next proof shows
        shown = set(shown_primes(group.power, y, group.one, missing, n))
        missing = [q for q in missing if q not in shown]
        if not missing:
            return True
    return False
