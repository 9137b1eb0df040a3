"""Elliptic curve primality proofs, by PARI."""

from functools import cache
from typing import Any

from chalicelib.primality.verdict import Certificate

#: PARI's stack starts with 256 MB and may grow to 2 GB: its default of 8 MB overflows at 333 bits.
STACK, STACK_MAX = 2**28, 2**31


class InvalidCertificate(ArithmeticError):
    """PARI made a certificate that it does not accept: report the number to the maintainers."""


@cache
def _pari() -> Any:  # noqa: ANN401 - cypari has no types
    # Imported where it is needed: only the process that proves pays for it.
    from cypari import pari  # noqa: PLC0415

    pari.allocatemem(STACK, STACK_MAX, silent=True)
    return pari


def certify(n: int) -> Certificate | None:
    """Prove n > 2^64 prime and return the validated certificate; None when n is composite.

    A. O. L. Atkin and F. Morain, "Elliptic curves and primality proving", Math. Comp. 61 (1993); PARI/GP
    documentation, `primecert`, `primecertisvalid` and `primecertexport`. Takes seconds at 2,048 bits and
    minutes at 4,096. Raises InvalidCertificate.
    """
    pari = _pari()
    certificate = pari.primecert(pari(f"0x{n:x}"))  # a checked integer: PARI evaluates the text it is given
    if not certificate:
        return None
    if not pari.primecertisvalid(certificate):
        raise InvalidCertificate
    return Certificate(pari=str(certificate), primo=str(pari.primecertexport(certificate, 1)))
