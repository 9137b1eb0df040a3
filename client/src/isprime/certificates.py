"""Check a certificate on this machine with PARI."""

from __future__ import annotations

import re

from isprime.errors import InvalidCertificate, VerifierMissing
from isprime.numbers import from_json

#: PARI's stack starts with 256 MB and may grow to 2 GB: its default of 8 MB is too small for 333 bits.
STACK_BYTES, MAX_STACK_BYTES = 2**28, 2**31

HOW_TO_INSTALL = (
    "Checking needs cypari: pip install cypari. PARI/GP does the same: "
    "echo 'primecertisvalid(read(\"FILE\"))' | gp -q -f -s 512M"
)
_PRIMO = re.compile(r"\s*\[PRIMO", re.IGNORECASE)
#: PARI evaluates the text as a program. Only text with numbers in vectors may be passed to it.
_VECTORS = re.compile(r"[\d\s,;\[\]-]+", re.ASCII)


def verify(certificate: str) -> int | None:
    """Return the number that a certificate proves prime, or None where the certificate is not valid.

    Args:
        certificate: The text of a certificate, in the format of PARI (`primecert`).

    Raises:
        InvalidCertificate: the text is not a certificate in the format of PARI.
        VerifierMissing: cypari is not installed.
    """
    if _PRIMO.match(certificate):
        raise InvalidCertificate("This certificate is written for Primo: get the one for PARI (format=pari).")
    number = re.match(r"\s*\[?\s*\[?\s*(\d+)", certificate, re.ASCII)
    if number is None or not _VECTORS.fullmatch(certificate):
        raise InvalidCertificate("This is not a certificate of PARI: it has other things in it than numbers.")
    try:
        from cypari import PariError, pari  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise VerifierMissing(HOW_TO_INSTALL) from None
    pari.allocatemem(STACK_BYTES, MAX_STACK_BYTES, silent=True)
    try:
        valid = bool(pari.primecertisvalid(pari(certificate.strip())))
    except PariError as error:
        raise InvalidCertificate("PARI cannot read this as a certificate.") from error
    return from_json(number[1]) if valid else None
