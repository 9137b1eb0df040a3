"""Certificates of composites that PARI's `primecertisvalid` accepts.

N = p·r for a small prime p and a prime r with 4r = t² + 3v². One of the curves y² = x³ + b modulo r has the order
q = r + 1 - t. For a prime q and a small t, p·q is an order that a curve modulo N could have. A point P of that curve,
with any point of any curve modulo p, gives by the Chinese remainder theorem a curve and a point modulo N: there
p·q·P = O modulo r. Modulo p the computation passes a multiple of P that is O, or adds a multiple to itself, and Z is 0
modulo p ever after, so that PARI finds Z = 0 modulo N. Whether it does depends on the point modulo p: one in a few.
"""

import json
import random
from collections.abc import Iterator
from itertools import count, islice

import pytest
import sympy

from chalicelib.primality import ecpp
from primes_core.verifier import curves, verify
from primes_core.verifier.curves import Step
from primes_core.verifier.refusals import Refused

#: The row of a certificate: [N, t, s, a, [x, y]].
Row = list["int | list[int]"]


def candidates(p: int) -> Iterator[list[Row]]:
    """Yield certificates of composites p·r of about 64 bits without end. PARI accepts some of them."""
    generator = random.Random(p)
    while True:
        r, q, x, y = _curve_of_prime_order(generator)
        n = p * r
        for _ in range(20):
            small = [generator.randrange(p) for _ in range(3)]
            a, x_n, y_n = (_chinese(value, r, modulo_p, p) for value, modulo_p in zip((0, x, y), small, strict=True))
            yield [[n, n + 1 - p * q, p, a, [x_n, y_n]]]


def _curve_of_prime_order(generator: random.Random) -> tuple[int, int, int, int]:
    """Return r, q, and a point of a curve y² = x³ + b modulo r of the prime order q."""
    while True:
        t, v = generator.randrange(-999, 1000), generator.getrandbits(30) | 1 << 29
        r, rest = divmod(t * t + 3 * v * v, 4)
        q = r + 1 - t
        if rest == 0 and sympy.isprime(r) and sympy.isprime(q):
            break
    for x in count(1):
        y = generator.randrange(1, r)
        try:
            curves.check(Step(r, 0, (y * y - x**3) % r, x, y, 1, q))
        except Refused:
            continue
        return r, q, x, y
    raise AssertionError


def _chinese(modulo_r: int, r: int, modulo_p: int, p: int) -> int:
    return modulo_r + r * ((modulo_p - modulo_r) * pow(r, -1, p) % p)


SMALL_PRIMES = list(sympy.primerange(5, 60))


def pari_accepts(certificate: str) -> bool:
    pari = ecpp.load_pari()
    return bool(pari.primecertisvalid(pari(certificate)))


@pytest.mark.parametrize("p", SMALL_PRIMES)
def test_a_forged_certificate_that_pari_accepts_is_refused(p: int) -> None:
    accepted = (made for made in map(json.dumps, candidates(p)) if pari_accepts(made))
    for certificate in islice(accepted, 3):
        refused = verify(certificate)
        assert not refused.valid
        assert "infinity modulo a factor of N" in refused.reason


PARI_ACCEPTS = {
    "a multiple of 5 by elliptic curves": "[[32944568246929653515,5462005831,5,17727349444876206702,"
    "[26861548294530118121,26972533241468808398]]]",
    "35 by elliptic curves": "[[35,10,2,15,[6,23]]]",
    "9 by N-1": "[9,[2]]",
    "15 by N-1": "[15,[7]]",
    "2^128+1 by N-1": f"[{2**128 + 1},[2]]",
}


@pytest.mark.parametrize("certificate", PARI_ACCEPTS.values(), ids=PARI_ACCEPTS.keys())
def test_a_composite_that_pari_calls_proven_is_refused_with_a_reason(certificate: str) -> None:
    assert pari_accepts(certificate)
    refused = verify(certificate)
    assert not refused.valid
    assert refused.reason.startswith("It is not a proof: ")
