"""The estimate of a submission: when its result is expected, or that a queue is too long to accept it.

The estimate is the wait of its queue and the time of its own computation. Whether a number is prime is not known yet:
most numbers are not, so the time is that of a screening. A proof is estimated beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.errors import Overloaded, Unavailable
from chalicelib.numbers.cost import (
    MAX_SCREENING_SECONDS,
    MAX_SHORT_CURVE_SECONDS,
    MAX_SHORT_FACTORING_SECONDS,
    MAX_WORKER_FACTORING_SECONDS,
    MAX_WORKER_SEARCH_SECONDS,
    MIN_STORED_SECONDS,
    proving_seconds,
    screening_seconds,
    search_seconds,
)
from chalicelib.numbers.forms import factoring_seconds_of, forms_in_list, seconds_in_list
from chalicelib.queues import MAX_SHORT_CHUNK_SECONDS, QUEUES, Queue, large_number_queue
from chalicelib.service import backlog, latency
from chalicelib.settings import settings
from chalicelib.store import stored_results
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS, MAX_SHORT_LIST_SECONDS, chunk_seconds
from primes_core.notation.arithmetic import primes_to

#: The time of a composite without small factors, and of a number with one, in screenings of a prime of their size.
COMPOSITE, WITH_FACTOR = 0.5, 0.02
#: A chunk's time beside its screening, in seconds: two writes to the table.
CHUNK_WRITE_SECONDS = 0.01
#: Numbers below this are decided by the screening. Source: J. Sorenson, J. Webster, Math. Comp. 86 (2017).
PROVEN_BITS = 81
#: A number gets a Fermat test, 4 ms at most, while the queue of its proof is expected to take longer than this, in
#: seconds, and if it has no more bits than this: a composite needs no proof, so that it is not refused.
TESTED_FROM_SECONDS, MAX_TESTED_BITS = 1.0, 1_024
#: The time of a factorization in that of a product of two primes of half the size: most numbers have small factors.
SMALL_FACTORS = 0.05
#: A list's time is that of a few of its numbers.
SAMPLE = 32
#: The least and the most seconds after which a refused client may send its request again.
MIN_RETRY_SECONDS, MAX_RETRY_SECONDS = 60, 3_600

_PRIMES_PRODUCT = math.prod(primes_to(255))


@dataclass(frozen=True, slots=True)
class Estimate:
    """The time of a result, in seconds from now."""

    seconds: float
    #: The same of a number that the worker forwards, for its screening or for its proof; None where it forwards none.
    forward_seconds: float | None = None


def of_number(number: int, expression: str | None = None, *, factors: bool = False) -> Estimate:
    """Return when the result of a number is expected, with its factors or without.

    The form of its expression may show factors.

    A stored result is looked up where the estimate is long, or the number would be refused.

    Raises:
        Overloaded: a queue that the number needs, or may need for its proof or its factors, is too long.
    """
    quick = latency.seconds() + _accepted_wait(Queue.TASKS)
    most = factoring_seconds_of(number.bit_length(), expression) if factors else 0.0
    try:
        found = _of_computation(number, most)
    except Overloaded:
        if _is_stored(number, most):
            return Estimate(quick)
        raise
    is_long = found.seconds > quick + MIN_STORED_SECONDS
    return Estimate(quick) if is_long and _is_stored(number, most) else found


def _is_stored(number: int, factoring: float) -> bool:
    """Return whether the result of a costly number is stored; False where the table does not respond.

    Args:
        number: the number.
        factoring: the most time that its factors take, in seconds; 0 where they are not asked for.
    """
    bits = number.bit_length()
    if number < 2 or max(screening_seconds(bits), proving_seconds(bits), factoring) <= MIN_STORED_SECONDS:
        return False
    with suppress(Unavailable):
        stored = stored_results.find(number)
        return stored is not None and stored.suffices(factors=factoring > 0)
    return False


def _of_computation(number: int, factoring: float) -> Estimate:
    screened = _of_screening(number)
    if number < 2 or factoring <= MAX_WORKER_FACTORING_SECONDS:
        return screened
    seconds = SMALL_FACTORS * factoring
    end = screened.seconds + _accepted_wait(Queue.FACTORS) + min(seconds, MAX_SHORT_FACTORING_SECONDS)
    if seconds > MAX_SHORT_FACTORING_SECONDS:
        end += _accepted_wait(Queue.LONG_FACTORS) + min(seconds, QUEUES[Queue.LONG_FACTORS].timeout_seconds)
    return Estimate(end, max(end, screened.forward_seconds or 0.0))


def _of_screening(number: int) -> Estimate:
    bits = number.bit_length()
    wait = latency.seconds() + _accepted_wait(Queue.TASKS)
    if number < 2 or bits <= PROVEN_BITS or _has_small_factor(number):
        backlog.note_sent(Queue.TASKS, QUEUES[Queue.TASKS].typical_seconds)
        return Estimate(wait)
    screening, proof = COMPOSITE * screening_seconds(bits), _proof_seconds(bits)
    most, proof_queue = screening_seconds(bits), _proof_queue(bits)
    queue = Queue.TASKS if most <= MAX_SCREENING_SECONDS else large_number_queue(most)
    if queue is not Queue.TASKS:
        wait += _accepted_wait(queue)
    backlog.note_sent(queue, max(screening, QUEUES[Queue.TASKS].typical_seconds))
    screened = wait + screening
    needs_proof = None
    if bits <= MAX_TESTED_BITS and backlog.wait_seconds(proof_queue) > TESTED_FROM_SECONDS:
        needs_proof = pow(2, number - 1, number) == 1
        if not needs_proof:
            return Estimate(screened)
    proven = screened + _accepted_wait(proof_queue) + proof
    if needs_proof:
        return Estimate(proven, proven)
    return Estimate(screened, proven if queue is Queue.TASKS else screened)


def of_search(number: int) -> Estimate:
    """Return when the prime next to a number is expected, and its proof.

    Raises:
        Overloaded: a queue that the search or the proof needs is too long.
    """
    bits, wait = number.bit_length(), latency.seconds() + _accepted_wait(Queue.TASKS)
    seconds, queue = search_seconds(bits), Queue.TASKS
    if seconds > MAX_WORKER_SEARCH_SECONDS:
        queue = large_number_queue(seconds)
        wait += _accepted_wait(queue)
    backlog.note_sent(queue, max(seconds, QUEUES[Queue.TASKS].typical_seconds))
    found = wait + seconds
    if bits <= PROVEN_BITS:
        return Estimate(found)
    proven = found + _accepted_wait(_proof_queue(bits)) + _proof_seconds(bits)
    return Estimate(proven, proven) if queue is Queue.TASKS else Estimate(found, found)


def of_list(numbers: list[int], expressions: Mapping[int, str] | None = None, *, factors: bool = False) -> Estimate:
    """Return when the results of a list are expected, with the factors of its numbers or without.

    Args:
        numbers: the list.
        expressions: the expressions that numbers were sent as, by the number's index in the list.
        factors: whether the factors are asked for.

    Raises:
        Overloaded: the queue of the lists is too long.
    """
    forms = forms_in_list(expressions or {})
    indices = range(0, len(numbers), -(-len(numbers) // SAMPLE))
    sample = [(numbers[index], forms.get(index)) for index in indices]
    in_sample = len(numbers) / len(sample)
    most = [seconds_in_list(number.bit_length(), expression, factors=factors) for number, expression in sample]
    most_seconds = sum(most) * in_sample
    is_short = most_seconds <= MAX_SHORT_LIST_SECONDS and max(most) <= MAX_SHORT_CHUNK_SECONDS
    queue = Queue.LISTS if is_short else Queue.LONG_LISTS
    wait = _accepted_wait(queue)
    costs = [_likely_seconds(number, expression, factors=factors) for number, expression in sample]
    chunks = math.ceil(max(len(numbers) / MAX_CHUNK_NUMBERS, most_seconds / chunk_seconds(most_seconds)))
    work = sum(costs) * in_sample + chunks * CHUNK_WRITE_SECONDS
    backlog.note_sent(queue, work)
    at_once = min(chunks, len(numbers), backlog.consumers(queue))
    return Estimate(latency.seconds() + wait + max(*costs, work / at_once))


def of_messages(queue: Queue) -> Estimate:
    """Return when messages that are sent to a queue again are expected to be finished.

    Raises:
        Overloaded: the queue is too long.
    """
    return Estimate(latency.seconds() + _accepted_wait(queue) + QUEUES[queue].typical_seconds)


def _has_small_factor(number: int) -> bool:
    return math.gcd(number % _PRIMES_PRODUCT, _PRIMES_PRODUCT) > 1


def _likely_seconds(number: int, expression: str | None, *, factors: bool) -> float:
    bits = number.bit_length()
    screening = (WITH_FACTOR if _has_small_factor(number) else COMPOSITE) * screening_seconds(bits)
    if not factors:
        return screening
    most = factoring_seconds_of(bits, expression)
    return screening + min(
        most if most <= MAX_WORKER_FACTORING_SECONDS else SMALL_FACTORS * most, MAX_SHORT_FACTORING_SECONDS
    )


def _proof_queue(bits: int) -> Queue:
    return Queue.PROOFS if proving_seconds(bits) <= MAX_SHORT_CURVE_SECONDS else Queue.LONG_PROOFS


def _proof_seconds(bits: int) -> float:
    """Return the time of a proof by elliptic curves; 0 where its estimate is so long that none is begun."""
    limit = QUEUES[Queue.LONG_PROOFS].timeout_seconds
    seconds = proving_seconds(bits)
    return min(seconds, limit) if seconds <= 2 * limit else 0.0


def _accepted_wait(queue: Queue) -> float:
    wait, limit = backlog.wait_seconds(queue), settings().max_wait_seconds
    if wait > limit:
        retry_after = math.ceil(min(max(wait - limit, MIN_RETRY_SECONDS), MAX_RETRY_SECONDS))
        raise Overloaded(
            f"The queue of {QUEUES[queue].holds} is expected to take {wait / 3600:,.1f} hours, more than the"
            f" {limit / 3600:g} that are accepted. Nothing was accepted: send the request again in {retry_after} s.",
            retry_after,
        )
    return wait
