"""Whether a certificate proves a number, by the verifier, which shares no code with what makes certificates."""

from __future__ import annotations

from chalicelib.verifier import verify


def is_valid(certificate: str, n: int) -> bool:
    """Whether the certificate proves n prime."""
    verification = verify(certificate)
    return verification.valid and verification.number == n
