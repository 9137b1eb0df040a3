"""Certificates as PARI prints them: PARI/GP documentation, `primecert`."""

from __future__ import annotations

from .curves import Step
from .neighbours import Neighbour
from .proofs import CurveChain, Proof, SmallPrime
from .refusals import Unreadable
from .vectors import Vector


def read(value: Vector) -> tuple[str, Proof]:
    """Return the kind of a certificate and its proof.

    Elliptic curves are rows [N, t, s, a, [x, y]] with N + 1 - t = s·q. A proof from N - 1 is [N, [p, …]], where each
    prime factor p above 2^64 is [p, base, certificate of p].

    Raises:
        Unreadable: the vectors are not those of a certificate.
    """
    if isinstance(value, int):
        return "a number below 2^64", SmallPrime(value)
    if isinstance(value[0], int):
        return "N-1, PARI's format", neighbour(value, -1)
    return "elliptic curves, PARI's format", CurveChain([_step(row, index) for index, row in enumerate(value, 1)])


def neighbour(value: Vector, sign: int) -> Neighbour:
    """Return the proof of a vector [N, [p, …]] from N - 1 or N + 1."""
    match value:
        case [int(n), list(factors)]:
            return Neighbour(n, sign, [_factor(factor) for factor in factors])
    raise Unreadable(f"This is not a certificate: one from N{sign:+d} is [N, [p, …]] with prime factors p.")


def _factor(value: Vector) -> Proof:
    match value:
        case int(p):
            return SmallPrime(p)
        case [int(p), int(_), certificate]:
            proof = SmallPrime(certificate) if isinstance(certificate, int) else neighbour(certificate, -1)
            if proof.number == p:
                return proof
    raise Unreadable("This is not a certificate: a prime factor p is p, or [p, base, certificate of p].")


def _step(row: Vector, index: int) -> Step:
    match row:
        case [int(n), int(t), int(s), int(a), [int(x), int(y)]]:
            q, rest = divmod(n + 1 - t, s) if s > 0 else (0, 1)
            # What does not divide is refused by the check of the order.
            return Step(n, a, (y * y - x**3 - a * x) % n if n > 0 else 0, x, y, s, q if rest == 0 else 0)
    raise Unreadable(f"This is not a certificate: row {index:,} is not [N, t, s, a, [x, y]].")
