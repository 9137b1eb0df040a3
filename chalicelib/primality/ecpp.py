"""Elliptic curve primality proofs (ECPP), by PARI."""

from functools import cache
from typing import Any

from flint import fmpz

from chalicelib.primality import small_ecpp
from chalicelib.primality.result import Certificate, WrongResult

#: The size of PARI's stack at the start and at most. The default of 8 MB overflows at 333 bits.
STACK_BYTES, MAX_STACK_BYTES = 2**28, 2**31


@cache
def _pari() -> Any:  # noqa: ANN401 - cypari has no types
    # Imported here so that only a process that proves loads PARI.
    from cypari import pari  # noqa: PLC0415

    pari.allocatemem(STACK_BYTES, MAX_STACK_BYTES, silent=True)
    return pari


def certify(n: int) -> Certificate | None:
    """Prove n > 2^64 prime and return the validated certificate, or None if n is composite.

    It takes milliseconds up to 128 bits, seconds at 2,048 bits and minutes at 4,096. A. O. L. Atkin and
    F. Morain, "Elliptic curves and primality proving", Math. Comp. 61 (1993); PARI/GP documentation,
    `primecert`, `primecertisvalid`, `primecertexport`.

    Raises:
        WrongResult: PARI does not validate the certificate that it made.
    """
    pari = _pari()
    is_small = n.bit_length() <= small_ecpp.MAX_BITS and fmpz(n).is_probable_prime()
    rows = small_ecpp.find_rows(n, pari) if is_small else None
    # A text of digits only: PARI evaluates text as code.
    certificate = pari(rows) if rows else pari.primecert(pari(f"0x{n:x}"))
    if not certificate:
        return None
    if not pari.primecertisvalid(certificate):
        raise WrongResult("PARI does not validate the certificate that it made")
    return Certificate(pari=str(certificate), primo=str(pari.primecertexport(certificate, 1)))
