"""The certificates that follow from the number alone: of primes below 2^64, and k·2^m ± 1 with k < 2^m."""

from __future__ import annotations

from chalicelib.primality.result import Result, Verdict
from primes_core.notation.integers import to_decimal

#: A smaller prime is its own certificate, as for PARI: every program tests it.
MIN_BITS = 65


def has_certificate(result: Result) -> bool:
    """Whether a proven prime above 2^64 has a certificate, stored or implied by its form."""
    if result.verdict is not Verdict.PRIME:
        return False
    return result.has_certificate or _form(result.number) is not None


def certificate_of(number: int) -> str | None:
    """Return the certificate of a prime below 2^64, or k·2^m ± 1 with k < 2^m; None for any other prime.

    - Below 2^64: the number.
    - 2^p - 1: a line that says so. The check repeats the test of Lucas and Lehmer.
    - k·2^m + 1: PARI's N-1 certificate with the one factor 2 (Pocklington), which is enough, because 2^m > √N.
    - k·2^m - 1: the same for N + 1 (Morrison), which PARI has no format for.
    """
    if number.bit_length() < MIN_BITS:
        return f"{number}\n"
    form = _form(number)
    if form is None:
        return None
    if form == "mersenne":
        return f"Lucas-Lehmer: 2^{number.bit_length()}-1\n"
    return f"{'N+1: ' if form == 'above' else ''}[{to_decimal(number)}, [2]]\n"


def _form(number: int) -> str | None:
    if number.bit_length() < MIN_BITS:
        return None
    above, below = number + 1, number - 1
    if above & number == 0:
        return "mersenne"
    if _is_form(above):
        return "above"
    return "below" if _is_form(below) else None


def _is_form(neighbour: int) -> bool:
    """Whether an even number is k·2^m with k < 2^m."""
    return 2 * (neighbour & -neighbour).bit_length() - 2 >= neighbour.bit_length()
