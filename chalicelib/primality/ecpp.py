"""Elliptic curve primality proofs (ECPP)."""

import os
from functools import cache
from typing import Any

from flint import fmpz

from chalicelib.primality import curve_search
from chalicelib.primality.ecpp_output import DEBUG_LEVEL
from chalicelib.primality.result import WrongResult

#: The size of PARI's stack at the start and at most. The default of 8 MB overflows at 333 bits.
STACK_BYTES, MAX_STACK_BYTES = 2**28, 2**31


@cache
def _pari() -> Any:  # noqa: ANN401 - cypari has no types
    # Imported here so that only a process that proves loads PARI.
    from cypari import pari  # noqa: PLC0415

    pari.allocatemem(STACK_BYTES, MAX_STACK_BYTES, silent=True)
    return pari


def certify(n: int, output: int | None = None) -> str | None:
    """Prove n > 2^64 prime and return the validated certificate, or None if n is composite.

    It takes milliseconds up to 512 bits, seconds at 2,048 bits and minutes at 4,096. PARI/GP proves what the search of
    curves does not, and validates every certificate: PARI/GP documentation, `primecert`, `primecertisvalid`.

    Args:
        n: A number of over 64 bits.
        output: The descriptor of a file that becomes the standard error of this process: PARI writes there how far it
            is, for `ecpp_output`.

    Raises:
        WrongResult: PARI does not validate the certificate that was made.
    """
    pari = _pari()
    is_searched = n.bit_length() <= curve_search.MAX_BITS and fmpz(n).is_probable_prime()
    rows = curve_search.find_rows(n) if is_searched else None
    if rows is None and output is not None:
        os.dup2(output, 2)
        pari(f'setdebug("isprime", {DEBUG_LEVEL})')
    # A text of digits only: PARI evaluates text as code.
    certificate = pari(rows) if rows else pari.primecert(pari(f"0x{n:x}"))
    if not certificate:
        return None
    if certificate[0][0] != n or not pari.primecertisvalid(certificate):
        raise WrongResult("PARI does not validate the certificate that was made")
    return str(certificate)
