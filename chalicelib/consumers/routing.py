"""The next step of a number: its remaining work, and the queue for that class of cost."""

from __future__ import annotations

from enum import Enum

from chalicelib import thresholds
from chalicelib.factorization.words import is_word
from chalicelib.numbers.cost import proving_seconds, screening_seconds
from chalicelib.primality.proving import theorem_seconds
from chalicelib.primality.result import Result, Verdict
from chalicelib.primality.screening import needs_proof
from chalicelib.queues import Queue, large_number_queue
from chalicelib.tasks.messages import NumberMessage


class Need(Enum):
    """What a number still needs."""

    SCREENING = "a screening or a search"
    PROOF = "a proof"
    FACTORS = "its factors"
    NOTHING = "nothing: its result is final"


def need_of(message: NumberMessage, screened: Result | None) -> Need:
    """Return what a number still needs, by the result of its screening; None is the result of what is not screened.

    The factors of a word are found with its screening.
    """
    if screened is None:
        return Need.SCREENING
    if message.factors and screened.verdict is Verdict.COMPOSITE and not is_word(screened.number):
        return Need.FACTORS
    return Need.PROOF if needs_proof(screened) else Need.NOTHING


def is_costly(message: NumberMessage, screened: Result | None) -> bool:
    """Return whether a number's work besides a short screening is worth a stored result."""
    if message.find and screened is None:
        return False
    seconds = screening_seconds(message.bits)
    if seconds <= thresholds.MIN_STORED_SECONDS:
        match need_of(message, screened):
            case Need.FACTORS:
                seconds = message.factoring_seconds
            case Need.PROOF if screened:
                seconds = theorem_seconds(screened, message.known_factors) or proving_seconds(message.bits)
    return seconds > thresholds.MIN_STORED_SECONDS


def next_queue(message: NumberMessage, screened: Result | None, queue: Queue) -> Queue:
    """Return the queue for a number's remaining work; `queue` if it stays there.

    Args:
        message: the number.
        screened: the result of the screening; None for what is not screened.
        queue: the queue that the message is in.
    """
    need = need_of(message, screened)
    if need is Need.FACTORS:
        return Queue.FACTORS
    if need is Need.NOTHING or queue is Queue.LONG_PROOFS:
        return queue
    if screened is None:
        return large_number_queue(message.screening_seconds)
    return Queue.PROOFS if _has_short_proof(message, screened) else Queue.LONG_PROOFS


def _has_short_proof(message: NumberMessage, screened: Result) -> bool:
    seconds = theorem_seconds(screened, message.known_factors)
    if seconds is not None and seconds <= thresholds.MAX_SHORT_THEOREM_SECONDS:
        return True
    return proving_seconds(screened.number.bit_length()) <= thresholds.MAX_SHORT_CURVE_SECONDS
