"""Verify certificates of primality, in pure Python and without the program that made them.

    verify(text) -> Verification(valid=True, reason="…", number=…, kind="elliptic curves, PARI's format")

It trusts nothing in a certificate: no text is executed, and the size, the depth and the work are bounded before
anything is computed.
"""

from .refusals import TooMuchWork
from .verification import MAX_BYTES, MAX_WORK, Verification, read, verify

__all__ = ["MAX_BYTES", "MAX_WORK", "TooMuchWork", "Verification", "read", "verify"]
