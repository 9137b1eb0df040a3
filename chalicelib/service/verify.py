"""Checking a certificate that a client sends."""

from __future__ import annotations

from chalicelib.errors import LimitExceeded
from primes_core import verifier
from primes_core.verifier import Verification

#: The work of a check, in the unit of `verifier.MAX_WORK`: 4 s of a core of 2026, and four times as long in the API's
#: function, which has a part of one. A certificate by elliptic curves of 1,100 bits takes as much.
MAX_WORK = 3 * 10**11


def verify(text: str | bytes) -> Verification:
    """Check a certificate.

    Raises:
        LimitExceeded: it is too large, or takes too much work to check.
    """
    try:
        return verifier.verify(text, max_work=MAX_WORK)
    except verifier.TooMuchWork as error:
        raise LimitExceeded(f"{error} Check it on your machine: isprime verify FILE.") from error
