"""Whether a submission is accepted, and when its result is expected: its estimate, after the waits of its queues."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.errors import Overloaded, Unavailable
from chalicelib.numbers.cost import proving_seconds, screening_seconds
from chalicelib.numbers.forms import factoring_seconds_of
from chalicelib.queues import QUEUES, Queue
from chalicelib.service import backlog, estimate, latency
from chalicelib.service.estimate import Plan, QueueSeconds
from chalicelib.settings import settings
from chalicelib.store import stored_results
from chalicelib.thresholds import MIN_STORED_SECONDS

#: A number gets a Fermat test, 4 ms at most, while the queue of its proof is expected to take longer than this, in
#: seconds, and if it has no more bits than this: a composite needs no proof, so that it is not refused.
TESTED_FROM_SECONDS, MAX_TESTED_BITS = 1.0, 1_024
#: The least and the most seconds after which a refused client may send its request again.
MIN_RETRY_SECONDS, MAX_RETRY_SECONDS = 60, 3_600

#: A number whose result is there, or follows from a few operations.
QUICK = Plan((QueueSeconds(Queue.TASKS),))


@dataclass(frozen=True, slots=True)
class Admission:
    """When the result of an accepted submission is expected, in seconds from now."""

    seconds: float
    #: The same of a number that the worker forwards, for its screening or for its proof; None where it forwards none.
    forward_seconds: float | None
    #: What it adds to its queue.
    sent: QueueSeconds


def admit_number(number: int, expression: str | None = None, *, factors: bool = False) -> Admission:
    """Accept a number, with its factors or without. The form of its expression may show factors.

    A stored result is looked up where the estimate is long, or the number would be refused.

    Raises:
        Overloaded: a queue that the number needs, or may need for its proof or its factors, is too long.
    """
    quick = _admitted(QUICK)
    most = factoring_seconds_of(number.bit_length(), expression) if factors else 0.0
    plan = estimate.of_number(number, most)
    try:
        found = _admitted(plan, needs_proof=_needs_proof(number, plan.proof))
    except Overloaded:
        if _is_stored(number, most):
            return quick
        raise
    is_long = found.seconds > quick.seconds + MIN_STORED_SECONDS
    return quick if is_long and _is_stored(number, most) else found


def admit_search(number: int) -> Admission:
    """Accept the search for the prime next to a number.

    Raises:
        Overloaded: a queue that the search or the proof needs is too long.
    """
    plan = estimate.of_search(number)
    return _admitted(plan, needs_proof=len(plan.verdict) == 1 or None)


def admit_list(numbers: list[int], expressions: dict[int, str] | None = None, *, factors: bool = False) -> Admission:
    """Accept a list, with the factors of its numbers or without: see `estimate.of_list`.

    Raises:
        Overloaded: the queue of the lists is too long.
    """
    return _admitted(estimate.of_list(numbers, expressions or {}, factors=factors))


def admit_again(queue: Queue) -> Admission:
    """Accept messages that are sent to a queue again.

    Raises:
        Overloaded: the queue is too long.
    """
    return _admitted(Plan((QueueSeconds(queue, QUEUES[queue].typical_seconds),)))


def note_sent(admission: Admission) -> None:
    """Count an accepted submission as waiting, after its messages are sent."""
    backlog.note_sent(*admission.sent)


def _admitted(plan: Plan, *, needs_proof: bool | None = None) -> Admission:
    """Return when the last queue of a plan is passed.

    Args:
        plan: the plan.
        needs_proof: whether the number is prime; None where that is not known.
    """
    screened = latency.seconds() + _seconds(plan.verdict)
    factored = screened + _seconds(plan.factors)
    proven = screened + _seconds([plan.proof]) if plan.proof and needs_proof is not False else screened
    if needs_proof and plan.proof:
        return Admission(proven, proven, plan.sent)
    is_forwarded = len(plan.verdict) > 1 or factored > screened or proven > screened
    forwarded = screened if len(plan.verdict) > 1 else proven
    return Admission(factored, max(factored, forwarded) if is_forwarded else None, plan.sent)


def _seconds(passed: Iterable[QueueSeconds]) -> float:
    """Return the time in queues, each after the wait of its queue."""
    return sum(_accepted_wait(queue) + seconds for queue, seconds in passed)


def _accepted_wait(queue: Queue) -> float:
    wait, limit = backlog.wait_seconds(queue), settings().max_wait_seconds
    if wait > limit:
        retry_after = math.ceil(min(max(wait - limit, MIN_RETRY_SECONDS), MAX_RETRY_SECONDS))
        raise Overloaded(
            f"The queue of {QUEUES[queue].holds} holds work for {wait / 3600:,.1f} hours, and the limit is"
            f" {limit / 3600:g} hours. Nothing was accepted: send the request again in {retry_after} s.",
            retry_after,
        )
    return wait


def _needs_proof(number: int, proof: QueueSeconds | None) -> bool | None:
    """Return whether a number passes a Fermat test; None without a test."""
    if proof is None or number.bit_length() > MAX_TESTED_BITS:
        return None
    return pow(2, number - 1, number) == 1 if backlog.wait_seconds(proof.queue) > TESTED_FROM_SECONDS else None


def _is_stored(number: int, factoring: float) -> bool:
    """Return whether the result of a costly number is stored; False if the table does not respond.

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
