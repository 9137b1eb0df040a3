"""Proving: turn a probable prime into a proven one, with a certificate if the theorem gives one."""

import math
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from gmpy2 import mpz

from chalicelib.numbers.cost import proving_seconds, screening_seconds
from chalicelib.primality import ecpp, strong_test
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.neighbours import primes_of_neighbour, smooth_neighbour
from chalicelib.primality.progress import Report, ignore
from chalicelib.primality.result import Proof, Result, Verdict
from chalicelib.primality.screening import needs_proof

#: Up to this size ECPP takes about a second. A larger number, or one of whose neighbours factors are known, is first
#: tried with the proofs from n - 1 and n + 1, which are faster.
CERTIFICATE_FIRST_BITS = 1024
#: A proof is started if its estimated time is at most this multiple of the time that is left: estimates are
#: medians, and single proofs take down to half of them.
MAX_ESTIMATE_RATIO = 2
#: The time of a proof from n - 1 or n + 1 in screenings: the largest of some factorial and primorial primes.
THEOREM_SCREENINGS = 8


def prove(
    screened: Result,
    report: Report = ignore,
    seconds: float = math.inf,
    output: int | None = None,
    helpers: Sequence[int] = (),
) -> Proof:
    """Prove what the screening left open.

    A proof takes minutes at 4,096 bits and hours beyond, unless n - 1 or n + 1 factors over small primes and helpers.
    If the estimate is far over the given time, no proof is started and the prime stays probable.

    Args:
        screened: The result of `screening.screen` or `screen_thoroughly`; nothing is screened again.
        report: Gets the steps of the proofs that count them.
        seconds: The wall-clock time that the proof may take.
        output: The descriptor of a file for `ecpp.certify`.
        helpers: Factors of n - 1 or n + 1 that the client knows. Those that are prime help.

    Returns:
        The result and, if the proof has one, its certificate. The time of the screening is included.

    Raises:
        WrongResult: The result does not agree with its evidence.
    """
    if not needs_proof(screened):
        return Proof(screened)
    start = perf_counter()
    proof = _prove(screened, report, seconds, output, helpers)
    proof.result.seconds = screened.seconds + perf_counter() - start
    return proof


def theorem_seconds(screened: Result, helpers: Sequence[int] = ()) -> float | None:
    """Estimate the time of a proof from n - 1 or n + 1, in seconds on one core; None if it is not possible.

    The estimate is high: such a proof takes as long as two to eight screenings, and the proofs of its large helpers.
    """
    n = mpz(screened.number)
    if n.bit_length() <= CERTIFICATE_FIRST_BITS and not helpers:
        return None
    primes = primes_of_neighbour(n, helpers)
    of_helpers = sum(proving_seconds(p.bit_length()) for p in primes if p >= VERIFIED_BELOW)
    return THEOREM_SCREENINGS * screening_seconds(n.bit_length()) + of_helpers if primes else None


def _prove(screened: Result, report: Report, seconds: float, output: int | None, helpers: Sequence[int]) -> Proof:
    n = mpz(screened.number)
    if (theorem_seconds(screened, helpers) or math.inf) <= MAX_ESTIMATE_RATIO * seconds:
        proven = smooth_neighbour(n, report, helpers)
        if proven is not None:
            return _certified(screened, proven.certificate, proven.method)
    if proving_seconds(n.bit_length()) > MAX_ESTIMATE_RATIO * seconds:
        return Proof(replace(screened))
    certificate = ecpp.certify(screened.number, output)
    if certificate is None:  # the first composite known to pass Baillie-PSW
        witness = strong_test.base_of_composite(n)
        return Proof(replace(screened, verdict=Verdict.COMPOSITE, method="ECPP", witness=witness))
    return _certified(screened, certificate, "ECPP")


def _certified(screened: Result, certificate: str, method: str) -> Proof:
    return Proof(replace(screened, verdict=Verdict.PRIME, method=method, has_certificate=True), certificate)
