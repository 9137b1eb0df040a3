"""The factors of numbers below 2^64, which take microseconds: they are found where the number is screened."""

from __future__ import annotations

from flint import fmpz

from chalicelib.factorization.factors import ITSELF, Factor, Factorization, collect
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.result import Verdict


def is_word(n: int) -> bool:
    """Return whether a number is one of those."""
    return 1 < n < VERIFIED_BELOW


def factor_word(n: int) -> Factorization:
    """Return the factors of 1 < n < 2^64, all proven: FLINT's test of them is deterministic."""
    found = [(int(prime), exponent) for prime, exponent in fmpz(n).factor()]
    method = ITSELF if found == [(n, 1)] else "word-size factoring"
    return collect(n, [Factor(prime, exponent, Verdict.PRIME, method) for prime, exponent in found])
