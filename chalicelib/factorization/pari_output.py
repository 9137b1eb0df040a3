"""The progress of PARI's sieve, read from the standard error of a child process.

PARI tells it in no other way: its debugging output has the percent of the sieve's relations. Source: PARI/GP
documentation, `setdebug`; PARI's `mpqs.c`.
"""

from __future__ import annotations

import os
import re

from chalicelib.primality.progress import Steps

#: The level of `setdebug` from which the output of "mpqs" has what is read here.
DEBUG_LEVEL = 4
#: How much of the end of the output is read: more than one call of the sieve writes.
MAX_BYTES = 20_000

_SIEVE = b"MPQS: computing relations:"
_PERCENT = re.compile(rb" ([0-9]+)%")


def read_steps(descriptor: int) -> Steps | None:
    """Return how far the sieve is that wrote last to a file, None if none did."""
    size = os.fstat(descriptor).st_size
    _, sieve, output = os.pread(descriptor, MAX_BYTES, max(0, size - MAX_BYTES)).rpartition(_SIEVE)
    percents = _PERCENT.findall(output)
    return Steps(int(percents[-1]) if percents else 0, 100, "percent") if sieve else None
