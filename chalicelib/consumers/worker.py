"""The worker: screens single numbers, finds factors that take milliseconds, and forwards what is not final then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from time import monotonic

from chalicelib import clock, thresholds
from chalicelib.consumers import settle, storing
from chalicelib.consumers.outcomes import Finished, Forward, HandBack, Interim, Outcome, Record, computation
from chalicelib.consumers.routing import Need, need_of, next_queue
from chalicelib.consumers.settle import Batch
from chalicelib.consumers.storing import Destination
from chalicelib.factorization.search import Found, Search
from chalicelib.factorization.words import is_word
from chalicelib.primality.prime_search import find_prime
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen_thoroughly, trial_division
from chalicelib.queues import Queue
from chalicelib.store.number_results import TaskUpdate
from chalicelib.tasks.messages import NumberMessage

#: A consumer stops this long before its function's timeout, in seconds: what it has is written in that time.
MARGIN_SECONDS = 5.0


def screen_number(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen a number, or the prime next to it."""
    message = record.number
    if batch.remaining_seconds() <= min(record.seconds, thresholds.MAX_SCREENING_SECONDS) + MARGIN_SECONDS:
        yield HandBack(record)
        return
    started_at = clock.timestamp()
    result = _screened(message, record.seconds)
    is_final = need_of(message, result) is Need.NOTHING
    factors = _factors(message).factorization if message.factors and is_word(message.number) else None
    update = TaskUpdate(message, record.attempt, started_at, result=result, is_final=is_final, factorization=factors)
    if is_final:
        yield Finished(record, update)
    else:
        yield from _go_on(batch, record, update)


def _go_on(batch: Batch, record: Record, update: TaskUpdate) -> Iterator[Outcome]:
    """Finish a number by a stored result or by its short factors, or forward it."""
    message = update.message
    stored = storing.look_up(batch, message, update.result)
    if stored and stored.suffices(factors=message.factors):
        yield storing.reuse(record, update, stored)
        return
    result = update.result or (stored.result if stored else None)
    update = replace(update, result=result)
    has_short_factors = message.factoring_seconds <= thresholds.MAX_WORKER_FACTORING_SECONDS
    if result is not None and has_short_factors and need_of(message, result) is Need.FACTORS:
        yield from _factor(record, update, result)
        return
    if result is not None and message.expected_at is not None:  # the estimate of the submission is of the screening
        update = replace(update, expected_at=clock.rfc3339(message.expected_at))
    yield Forward(record, update, next_queue(message, result, batch.queue))


def _factor(record: Record, update: TaskUpdate, screened: Result) -> Iterator[Outcome]:
    """Write the verdict of a composite, then its factors; those that take longer than expected are left."""
    yield Interim(record, update)
    started = monotonic()
    found = _factors(update.message)
    result = replace(screened, seconds=screened.seconds + monotonic() - started)
    update = replace(update, result=result, factorization=found.factorization, has_item=True)
    if found.has_more:
        yield Forward(record, update, Queue.FACTORS)
        return
    destination = Destination.of(update.message, screened)
    destination.write_certificates(found.factorization)
    yield destination.finish(record, update, result)


def _factors(message: NumberMessage) -> Found:
    """Return the factors that are found in milliseconds."""
    limit, hints = thresholds.MAX_WORKER_FACTORING_SECONDS, message.known_factors
    with computation():
        return Search(message.number, lambda _: None, limit=limit, hints=hints).run(message.expression)


def _screened(message: NumberMessage, seconds: float) -> Result | None:
    """Return the result of the screening or the search; None where its estimate is left to a prover."""
    if message.find is not None:
        short = seconds <= thresholds.MAX_WORKER_SEARCH_SECONDS
        with computation():
            return find_prime(message.number, message.find, message.searched) if short else None
    short = seconds <= thresholds.MAX_SCREENING_SECONDS
    with computation():
        return screen_thoroughly(message.number) if short else trial_division(message.number)


consume = partial(settle.consume, screen_number)
