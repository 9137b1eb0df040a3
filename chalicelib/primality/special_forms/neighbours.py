"""Proofs for a prime n whose neighbour n - 1 or n + 1 factors over small primes, as for n! ± 1 and n# ± 1."""

import math
from collections.abc import Callable, Iterator
from itertools import chain, count, islice, takewhile
from typing import NamedTuple

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report, Steps
from chalicelib.primality.small_primes import PRIMES, PRODUCT_100_000

#: Elements that are tried. For a prime number, one fails for a prime factor q of the neighbour with probability
#: 1/q, and so do all of them with probability 2^-60 at most.
MAX_ELEMENTS = 60
#: Products of small primes are power residues modulo n! ± 1 and n# ± 1, for which the condition fails. The
#: elements start at a number that is large enough to have a large prime factor nearly always.
FIRST_ELEMENT = 10**18


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


def smooth_neighbour(n: mpz, report: Report) -> NeighbourProof | None:
    """Prove a probable prime n > 2^81 by the prime factors below 100,000 of n - 1 or n + 1, or return None.

    Let F be a product of full prime powers of n ∓ 1, and for each prime q in F let some element x have
    x^(n ∓ 1) = 1, but x^((n ∓ 1)/q) ≠ 1 modulo every prime factor r of n. Then F divides r - 1, or r ∓ 1, so
    that F - 1 > √n leaves r = n only. For n - 1 x is an integer: H. C. Pocklington, Proc. Cambridge Phil. Soc.
    18 (1914). For n + 1 it is an element of norm 1 of one quadratic field: M. A. Morrison, "A note on primality
    testing using Lucas sequences", Math. Comp. 29 (1975).
    """
    if gmpy2.is_square(n):  # modulo a square every d is a square or shares a factor with it
        return None
    for group in (_below(n), _above(n)):
        primes = _enough_primes(group.order, n)
        if primes and _have_full_order(group, primes, n, report):
            prefix = "" if group.order < n else "N+1: "
            return NeighbourProof(group.method, f"{prefix}[{n.digits()}, {primes}]")
    return None


def has_smooth_neighbour(n: mpz) -> bool:
    """Return whether n - 1 or n + 1 has enough prime factors below 100,000 for `smooth_neighbour`: milliseconds."""
    return any(_enough_primes(order, n) for order in (n - 1, n + 1))


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


def _enough_primes(order: mpz, n: mpz) -> list[int]:
    """Return prime factors of the order whose full powers have a product F with F - 1 > √n, else none."""
    common = gmpy2.gcd(order, PRODUCT_100_000)
    powers = {p: mpz(p) ** gmpy2.remove(order, p)[1] for p in PRIMES if common % p == 0}
    product, primes = mpz(1), []
    for p in sorted(powers, key=lambda p: powers[p], reverse=True):
        product *= powers[p]
        primes.append(p)
        if (product - 1) ** 2 > n:
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
        shown = set(_shown(group, y, missing, n))
        missing = [q for q in missing if q not in shown]
        if not missing:
            return True
    return False


def _shown(group: _Group, y: mpz, primes: list[int], n: mpz) -> Iterator[int]:
    """Yield the primes q for which y, raised to all the others, differs from 1 modulo every factor of n."""
    if len(primes) == 1:
        if gmpy2.gcd(y - group.one, n) == 1:
            yield primes[0]
        return
    # The primes of a half share the powers by those of the other: log k powers for each of k primes, not k.
    half = len(primes) // 2
    for kept, raised in ((primes[:half], primes[half:]), (primes[half:], primes[:half])):
        yield from _shown(group, group.power(y, mpz(math.prod(raised))), kept, n)
