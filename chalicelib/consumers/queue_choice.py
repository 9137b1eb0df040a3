"""Which queue a computation goes to: its class of cost."""

from __future__ import annotations

from chalicelib.numbers.cost import proving_seconds, screening_seconds
from chalicelib.primality.proving import theorem_seconds
from chalicelib.primality.result import Result
from chalicelib.queues import Queue

#: A screening that is expected to take longer goes to the queue of long proofs, in seconds.
MAX_SHORT_SCREENING_SECONDS = 30.0
#: A proof by elliptic curves that is expected to take longer goes to the queue of long proofs, in seconds. Most numbers
#: that come to the queue of proofs need a proof of milliseconds, and must not wait for many of several seconds.
MAX_SHORT_CURVE_SECONDS = 5.0
#: The same for a proof from n - 1 or n + 1: it fits the timeout of the queue's function.
MAX_SHORT_THEOREM_SECONDS = 80.0


def queue_of_screening(bits: int) -> Queue:
    """Return the queue for the screening of a number of `bits` bits, which a worker leaves to a prover."""
    return Queue.PROOFS if screening_seconds(bits) <= MAX_SHORT_SCREENING_SECONDS else Queue.LONG_PROOFS


def queue_of_proof(screened: Result) -> Queue:
    """Return the queue for the proof of a number that was screened and needs one."""
    seconds = theorem_seconds(screened)
    if seconds is not None and seconds <= MAX_SHORT_THEOREM_SECONDS:
        return Queue.PROOFS
    is_short = proving_seconds(screened.number.bit_length()) <= MAX_SHORT_CURVE_SECONDS
    return Queue.PROOFS if is_short else Queue.LONG_PROOFS
