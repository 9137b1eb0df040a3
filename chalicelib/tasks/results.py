"""A verdict as a task's record keeps it and as clients read it."""

from __future__ import annotations

from typing import Any

from chalicelib.primality.numerals import to_decimal
from chalicelib.primality.verdict import Verdict
from chalicelib.primality.witnesses import check


def of_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return a single number's result; `number` is decimal, `certificate` tells whether there is one."""
    return {
        "number": to_decimal(verdict.number),
        "is_prime": verdict.is_prime,
        "verdict": verdict.verdict,
        "proven": verdict.proven,
        "method": verdict.method,
        "witness": verdict.witness.as_json() if verdict.witness else None,
        "certificate": verdict.certificate is not None,
        "seconds": float(f"{verdict.seconds:.3g}"),
    }


class WrongVerdict(RuntimeError):
    """A verdict does not stand up to its own witness: it is not stored, and the attempt fails."""


def checked(verdict: Verdict) -> Verdict:
    """Return a verdict that its witness confirms; raise WrongVerdict for any other."""
    if not check(verdict):
        raise WrongVerdict(f"The verdict {verdict.verdict} by {verdict.method} does not check.")
    return verdict
