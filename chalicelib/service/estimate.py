"""The queues that a submission passes, and the time that its computations take there: an estimate by its cost alone.

Whether a number is prime is not known yet: most numbers are not, so the time is that of the screening of a composite. A
proof is estimated beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.numbers.cost import proving_seconds, screening_seconds, search_seconds
from chalicelib.numbers.forms import factoring_seconds_of, forms_in_list, seconds_in_list
from chalicelib.queues import QUEUES, Queue, consumers, large_number_queue
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS, chunk_seconds
from chalicelib.thresholds import (
    MAX_SCREENING_SECONDS,
    MAX_SHORT_CHUNK_SECONDS,
    MAX_SHORT_CURVE_SECONDS,
    MAX_SHORT_FACTORING_SECONDS,
    MAX_SHORT_LIST_SECONDS,
    MAX_WORKER_FACTORING_SECONDS,
    MAX_WORKER_SEARCH_SECONDS,
)
from primes_core.notation.arithmetic import primes_to

#: The time of a composite without small factors, and of a number with one, in screenings of a prime of their size.
COMPOSITE, WITH_FACTOR = 0.5, 0.02
#: A chunk's time beside its screening, in seconds: two writes to the table.
CHUNK_WRITE_SECONDS = 0.01
#: Numbers below this are decided by the screening. Source: J. Sorenson, J. Webster, Math. Comp. 86 (2017).
PROVEN_BITS = 81
#: The time of a factorization in that of a product of two primes of half the size: most numbers have small factors.
SMALL_FACTORS = 0.05
#: A list's time is that of a few of its numbers.
SAMPLE = 32

_PRIMES_PRODUCT = math.prod(primes_to(255))


class QueueSeconds(NamedTuple):
    """A queue that is passed, and the time of the computation there, in seconds."""

    queue: Queue
    seconds: float = 0.0


class Plan(NamedTuple):
    """The queues that a submission passes, in order."""

    #: To its verdict, or to the prime that is searched for.
    verdict: tuple[QueueSeconds, ...]
    #: For its factors.
    factors: tuple[QueueSeconds, ...] = ()
    #: For the proof that it needs if it is prime.
    proof: QueueSeconds | None = None
    #: The seconds of one consumer that a list takes of its queue; None for what its verdict takes.
    work: float | None = None

    @property
    def sent(self) -> QueueSeconds:
        """The queue that has most of the work to the verdict, and its seconds of one consumer."""
        queue, seconds = self.verdict[-1]
        return QueueSeconds(
            queue, max(seconds, QUEUES[Queue.TASKS].typical_seconds) if self.work is None else self.work
        )


def of_number(number: int, factoring: float = 0.0) -> Plan:
    """Return the plan of a number.

    Args:
        number: the number.
        factoring: the most time that its factors take, in seconds; 0 where they are not asked for.
    """
    bits = number.bit_length()
    factors = _for_factors(factoring) if number > 1 and factoring > MAX_WORKER_FACTORING_SECONDS else ()
    if number < 2 or bits <= PROVEN_BITS or has_small_factor(number):
        return Plan((QueueSeconds(Queue.TASKS),), factors)
    most = screening_seconds(bits)
    return Plan(_for_verdict(most, MAX_SCREENING_SECONDS, COMPOSITE * most), factors, _for_proof(bits))


def of_search(number: int) -> Plan:
    """Return the plan of the search for the prime next to a number."""
    bits = number.bit_length()
    seconds = search_seconds(bits)
    return Plan(
        _for_verdict(seconds, MAX_WORKER_SEARCH_SECONDS, seconds),
        proof=_for_proof(bits) if bits > PROVEN_BITS else None,
    )


def of_list(numbers: list[int], expressions: Mapping[int, str], *, factors: bool) -> Plan:
    """Return the plan of a list, whose consumers share it.

    Args:
        numbers: the list.
        expressions: the expressions that numbers were sent as, by the number's index in the list.
        factors: whether the factors are asked for.
    """
    forms = forms_in_list(expressions)
    indices = range(0, len(numbers), -(-len(numbers) // SAMPLE))
    sample = [(numbers[index], forms.get(index)) for index in indices]
    in_sample = len(numbers) / len(sample)
    most = [seconds_in_list(number.bit_length(), expression, factors=factors) for number, expression in sample]
    most_seconds = sum(most) * in_sample
    is_short = most_seconds <= MAX_SHORT_LIST_SECONDS and max(most) <= MAX_SHORT_CHUNK_SECONDS
    queue = Queue.LISTS if is_short else Queue.LONG_LISTS
    costs = [_likely_seconds(number, expression, factors=factors) for number, expression in sample]
    chunks = math.ceil(max(len(numbers) / MAX_CHUNK_NUMBERS, most_seconds / chunk_seconds(most_seconds)))
    work = sum(costs) * in_sample + chunks * CHUNK_WRITE_SECONDS
    at_once = min(chunks, len(numbers), consumers(queue))
    return Plan((QueueSeconds(queue, max(*costs, work / at_once)),), work=work)


def has_small_factor(number: int) -> bool:
    """Return whether a prime below 256 divides a number."""
    return math.gcd(number % _PRIMES_PRODUCT, _PRIMES_PRODUCT) > 1


def _for_verdict(most: float, limit: float, seconds: float) -> tuple[QueueSeconds, ...]:
    """Return the queues of what the worker does if it takes `limit` at most, and forwards otherwise."""
    if most <= limit:
        return (QueueSeconds(Queue.TASKS, seconds),)
    return QueueSeconds(Queue.TASKS), QueueSeconds(large_number_queue(most), seconds)


def _for_factors(most: float) -> tuple[QueueSeconds, ...]:
    seconds = SMALL_FACTORS * most
    short = QueueSeconds(Queue.FACTORS, min(seconds, MAX_SHORT_FACTORING_SECONDS))
    if seconds <= MAX_SHORT_FACTORING_SECONDS:
        return (short,)
    return short, QueueSeconds(Queue.LONG_FACTORS, min(seconds, QUEUES[Queue.LONG_FACTORS].timeout_seconds))


def _for_proof(bits: int) -> QueueSeconds:
    """Return the queue of a proof by elliptic curves; with no time where its estimate is so long that none is begun."""
    limit, seconds = QUEUES[Queue.LONG_PROOFS].timeout_seconds, proving_seconds(bits)
    queue = Queue.PROOFS if seconds <= MAX_SHORT_CURVE_SECONDS else Queue.LONG_PROOFS
    return QueueSeconds(queue, min(seconds, limit) if seconds <= 2 * limit else 0.0)


def _likely_seconds(number: int, expression: str | None, *, factors: bool) -> float:
    bits = number.bit_length()
    screening = (WITH_FACTOR if has_small_factor(number) else COMPOSITE) * screening_seconds(bits)
    if not factors:
        return screening
    most = factoring_seconds_of(bits, expression)
    likely = most if most <= MAX_WORKER_FACTORING_SECONDS else SMALL_FACTORS * most
    return screening + min(likely, MAX_SHORT_FACTORING_SECONDS)
