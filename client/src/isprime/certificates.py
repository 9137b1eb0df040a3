"""Check a certificate on this machine, without the service and without the program that made it."""

from __future__ import annotations

from isprime.errors import InvalidCertificate
from primes_core import verifier
from primes_core.verifier import Verification

try:
    from gmpy2 import mpz as _integer
except ImportError:
    _integer = int


def verify(certificate: str | bytes) -> Verification:
    """Check a certificate: what it proves, or why it proves nothing.

    It is fast where gmpy2 is installed, and needs no other package. Compare `number` with the one that you mean.

    Args:
        certificate: The text, in a format that the service writes: see `primes_core.verifier.verify`.

    Raises:
        InvalidCertificate: the text is not a certificate, or is too large to check.
    """
    try:
        verification = verifier.verify(certificate, _integer)
    except verifier.TooMuchWork as error:
        raise InvalidCertificate(str(error)) from None
    if verification.kind is None:
        raise InvalidCertificate(verification.reason)
    return verification
