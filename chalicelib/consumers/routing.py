"""The queue where a number goes next: its class of cost."""

from __future__ import annotations

from chalicelib.factorization.words import is_word
from chalicelib.numbers.cost import (
    MAX_SHORT_CURVE_SECONDS,
    MAX_WORKER_FACTORING_SECONDS,
    MIN_STORED_SECONDS,
    proving_seconds,
    screening_seconds,
)
from chalicelib.primality.proving import theorem_seconds
from chalicelib.primality.result import Result, Verdict
from chalicelib.primality.screening import needs_proof
from chalicelib.queues import Queue, large_number_queue
from chalicelib.tasks.messages import NumberMessage

#: A proof from n - 1 or n + 1 that is expected to take longer goes to the queue of long proofs, in seconds: it fits the
#: timeout of the queue's function.
MAX_SHORT_THEOREM_SECONDS = 80.0


def needs_factors(message: NumberMessage, screened: Result) -> bool:
    """Return whether the factors of a screened number are still to be found: those of a word are found with it."""
    return message.factors and screened.verdict is Verdict.COMPOSITE and not is_word(screened.number)


def has_short_factors(message: NumberMessage, screened: Result) -> bool:
    """Return whether the worker itself finds the factors of a screened number: that takes milliseconds."""
    return needs_factors(message, screened) and message.factoring_seconds <= MAX_WORKER_FACTORING_SECONDS


def is_costly(message: NumberMessage, screened: Result | None) -> bool:
    """Return whether what a number needs beside its screening, or a long screening, is worth a stored result."""
    if message.find and screened is None:
        return False
    seconds = screening_seconds(message.bits)
    if screened is not None and seconds <= MIN_STORED_SECONDS:
        if needs_factors(message, screened):
            seconds = message.factoring_seconds
        elif needs_proof(screened):
            seconds = theorem_seconds(screened) or proving_seconds(message.bits)
    return seconds > MIN_STORED_SECONDS


def next_queue(message: NumberMessage, screened: Result | None, queue: Queue) -> Queue:
    """Return the queue for what a number still needs; `queue` where it stays.

    Args:
        message: the number.
        screened: the result of the screening, which needs a proof or factors; None for what is not screened.
        queue: the queue that the message is in.
    """
    if screened is not None and needs_factors(message, screened):
        return Queue.FACTORS
    if queue is Queue.LONG_PROOFS:
        return queue
    if screened is None:
        return large_number_queue(message.screening_seconds)
    return Queue.PROOFS if _has_short_proof(screened) else Queue.LONG_PROOFS


def _has_short_proof(screened: Result) -> bool:
    seconds = theorem_seconds(screened)
    if seconds is not None and seconds <= MAX_SHORT_THEOREM_SECONDS:
        return True
    return proving_seconds(screened.number.bit_length()) <= MAX_SHORT_CURVE_SECONDS
