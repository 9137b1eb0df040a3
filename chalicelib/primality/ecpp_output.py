"""The chain of an elliptic curve proof, as far as PARI has found it, by what PARI writes to the standard error.

PARI tells it in no other way. Its debugging output has a line for each step of the chain, with the exponent of 2 in its
prime, which is the size less one: `[  14 |  836 bits]`. A step that leads nowhere is taken again, with another prime.
The same lines follow a second time, when the curves are computed. Source: PARI/GP documentation, `setdebug`; PARI's
`ecpp.c`.
"""

from __future__ import annotations

import os
import re

#: The level of `setdebug` from which the output of "isprime" has what is read here.
DEBUG_LEVEL = 2

_STEP = re.compile(rb"[<\[] *([0-9]+) \| *([0-9]+) bits[>\]]")


def read_chain(descriptor: int) -> list[int]:
    """Return the bits of the primes of the chain that is written to a file, [] if there is none yet."""
    output = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    chain: list[int] = []
    for step in _STEP.finditer(output):
        place, exponent = (int(number) for number in step.groups())
        bits = exponent + 1
        if chain[place - 1 : place] != [bits]:
            chain[place - 1 :] = [bits]
    return chain
