"""The progress of PARI's ECM and its sieve, read from the standard error of a child process.

PARI tells it in no other way. Its debugging output names the curves of ECM and the percent of the sieve's relations.
Source: PARI/GP documentation, `setdebug`; PARI's `ifactor1.c` and `mpqs.c`.
"""

from __future__ import annotations

import os
import re

from chalicelib.primality.progress import Steps

#: The level of `setdebug` from which the output of "factorint" and "mpqs" has what is read here.
DEBUG_LEVEL = 4
#: How much of the end of the output is read: more than one call of ECM or of the sieve writes.
MAX_BYTES = 20_000

_ECM = re.compile(rb"ECM: working on ([0-9]+) curves at a time; initializing for up to ([0-9]+) rounds")
_ECM_ROUND = re.compile(rb"ECM: B1 =")
_SIEVE = re.compile(rb"MPQS: computing relations:")
_PERCENT = re.compile(rb" ([0-9]+)%")


def read_steps(descriptor: int) -> Steps | None:
    """Return how far the ECM or the sieve is that wrote last to a file, None if neither did."""
    size = os.fstat(descriptor).st_size
    output = os.pread(descriptor, MAX_BYTES, max(0, size - MAX_BYTES))
    ecm = max(_ECM.finditer(output), key=re.Match.start, default=None)
    sieve = max(_SIEVE.finditer(output), key=re.Match.start, default=None)
    if sieve is not None and (ecm is None or ecm.start() < sieve.start()):
        percents = _PERCENT.findall(output, sieve.end())
        return Steps(int(percents[-1]) if percents else 0, 100, "percent")
    if ecm is None:
        return None
    curves, rounds = (int(number) for number in ecm.groups())
    begun = len(_ECM_ROUND.findall(output, ecm.end()))
    return Steps(curves * max(0, begun - 1), curves * rounds, "curves")
