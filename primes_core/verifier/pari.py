"""Certificates as PARI prints them: PARI/GP documentation, `primecert`."""

from __future__ import annotations

from . import curves, neighbours
from .curves import Step
from .neighbours import Neighbour
from .proofs import CurveChain, Proof, SmallPrime
from .refusals import Allowance, Unreadable
from .vectors import Vector


def read(value: Vector, allowance: Allowance) -> tuple[str, Proof]:
    """Return the kind of a certificate and its proof, whose work is taken off an allowance.

    Elliptic curves are rows [N, t, s, a, [x, y]] with N + 1 - t = s·q. A proof from N - 1 is [N, [p, …]], where each
    prime factor p above 2^64 is [p, base, certificate of p]. In PARI, that certificate is from p - 1, too.

    Raises:
        Unreadable: the vectors are not those of a certificate.
        TooMuchWork: its check takes more than the allowance.
    """
    if isinstance(value, int):
        return "a number below 2^64", SmallPrime(value)
    if isinstance(value[0], int):
        proof = neighbour(value, -1, allowance)
        has_curves = any(isinstance(factor, CurveChain) for factor in proof.factors)
        return "N-1 and elliptic curves" if has_curves else "N-1, PARI's format", proof
    steps = [_step(row, index, allowance) for index, row in enumerate(value, 1)]
    return "elliptic curves, PARI's format", CurveChain(steps)


def neighbour(value: Vector, sign: int, allowance: Allowance) -> Neighbour:
    """Return the proof of a vector [N, [p, …]] from N - 1 or N + 1, as `read` does."""
    match value:
        case [int(n), list(factors)]:
            allowance.spend(neighbours.work(n))
            return Neighbour(n, sign, [_factor(factor, allowance) for factor in factors])
    raise Unreadable(f"This is not a certificate: one from N{sign:+d} is [N, [p, …]] with prime factors p.")


def _factor(value: Vector, allowance: Allowance) -> Proof:
    match value:
        case int(p):
            return SmallPrime(p)
        case [int(p), int(_), certificate]:
            _, proof = read(certificate, allowance)
            if proof.number == p:
                return proof
    raise Unreadable("This is not a certificate: a prime factor p is p, or [p, base, certificate of p].")


def _step(row: Vector, index: int, allowance: Allowance) -> Step:
    match row:
        case [int(n), int(t), int(s), int(a), [int(x), int(y)]]:
            allowance.spend(curves.work(n))
            # The check refuses larger ones, with any b.
            b = (y * y - x**3 - a * x) % n if max(map(abs, (a, x, y))) < n else 0
            return Step(n, a, b, x, y, s, curves.cofactor(n, t, s))
    raise Unreadable(f"This is not a certificate: row {index:,} is not [N, t, s, a, [x, y]].")
