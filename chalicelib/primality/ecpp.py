"""Elliptic curve primality proofs (ECPP)."""

import os
import re
from functools import cache
from typing import Any

from flint import fmpz

from chalicelib.primality import curve_search
from chalicelib.primality.result import WrongResult

#: The size of PARI's stack at the start and at most. The default of 8 MB overflows at 333 bits, its sieve's at 200.
STACK_BYTES, MAX_STACK_BYTES = 2**28, 2**31
#: The level of `setdebug` from which the output of "isprime" has what is read here.
DEBUG_LEVEL = 2

_STEP = re.compile(rb"[<\[] *([0-9]+) \| *([0-9]+) bits[>\]]")


@cache
def load_pari() -> Any:  # noqa: ANN401 - cypari has no types
    """Return PARI. The child processes of a process that has called this have it, too."""
    # Imported here so that only a process that needs PARI loads it.
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
            is, for `read_chain`.

    Raises:
        WrongResult: PARI does not validate the certificate that was made.
    """
    pari = load_pari()
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


def read_chain(descriptor: int) -> list[int]:
    """Return the bits of the primes of the chain that PARI has written to a file so far, [] if there is none yet.

    PARI tells it in no other way. Its debugging output has a line for each step of the chain, with the exponent of 2 in
    its prime, which is the size less one: `[  14 |  836 bits]`. A step that leads nowhere is taken again, with another
    prime. The same lines follow a second time, when the curves are computed. Source: PARI/GP documentation, `setdebug`;
    PARI's `ecpp.c`.
    """
    output = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    chain: list[int] = []
    for step in _STEP.finditer(output):
        place, exponent = (int(number) for number in step.groups())
        bits = exponent + 1
        if chain[place - 1 : place] != [bits]:
            chain[place - 1 :] = [bits]
    return chain
