"""The worker: screens single numbers, finds factors that take milliseconds, and forwards what is not final then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

from chalicelib import clock
from chalicelib.consumers import storing
from chalicelib.consumers.outcomes import Finished, HandBack, Interim, Outcome, Record
from chalicelib.consumers.routing import has_short_factors, needs_factors, next_queue
from chalicelib.consumers.settle import Batch, Consumer
from chalicelib.factorization.search import Search
from chalicelib.factorization.words import is_word
from chalicelib.numbers.cost import MAX_SCREENING_SECONDS, MAX_WORKER_FACTORING_SECONDS, MAX_WORKER_SEARCH_SECONDS
from chalicelib.primality.prime_search import find_prime
from chalicelib.primality.result import Result
from chalicelib.primality.screening import needs_proof, screen_thoroughly, trial_division
from chalicelib.queues import Queue
from chalicelib.store.number_results import TaskUpdate, insert_all
from chalicelib.tasks.messages import NumberMessage

#: A consumer stops this long before its function's timeout, in seconds: what it has is written in that time.
MARGIN_SECONDS = 5.0


def screen_number(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen a number, or the prime next to it."""
    message = record.message
    if not isinstance(message, NumberMessage):
        raise TypeError("the queue of numbers got a chunk")
    if batch.remaining_seconds() <= min(record.seconds, MAX_SCREENING_SECONDS) + MARGIN_SECONDS:
        yield HandBack(record)
        return
    started_at = clock.timestamp()
    result = _screened(message, record.seconds)
    lacks_factors = message.factors and (result is None or needs_factors(message, result))
    is_final = result is not None and not needs_proof(result) and not lacks_factors
    has_factors = message.factors and is_word(message.number)
    factorization = _search(message).run(message.expression).factorization if has_factors else None
    update = TaskUpdate(
        message, record.attempt, started_at, result=result, is_final=is_final, factorization=factorization
    )
    if is_final:
        yield Finished(record, update)
        return
    if stored := storing.look_up(batch, message, result):
        if stored.suffices(factors=message.factors):
            yield storing.finished(record, update, stored)
            return
        result = result or stored.result
    if result is not None and has_short_factors(message, result):
        yield from _factored(batch, record, update, result)
        return
    # The estimate of what is not screened yet is that of the submission.
    at = None if result is None else message.expected_at
    expected_at = None if at is None else clock.rfc3339(at)
    queue = next_queue(message, result, batch.queue)
    yield Interim(record, replace(update, result=result, expected_at=expected_at, queue=queue))


def _factored(batch: Batch, record: Record, update: TaskUpdate, screened: Result) -> Iterator[Outcome]:
    """Write the verdict of a composite, then its factors; those that take longer than expected are left."""
    yield Interim(record, update)
    message, started = update.message, monotonic()
    found = _search(message).run(message.expression)
    result = replace(screened, seconds=screened.seconds + monotonic() - started)
    update = replace(update, result=result, factorization=found.factorization, has_item=True)
    if found.has_more:
        yield Interim(record, replace(update, queue=Queue.FACTORS))
        return
    place = storing.place_for(message, screened)
    storing.write_certificates(place, found.factorization)
    yield from storing.finish(batch, record, replace(update, is_final=True), place)


def _search(message: NumberMessage) -> Search:
    limit, hints = MAX_WORKER_FACTORING_SECONDS, message.known_factors
    return Search(message.number, lambda _: None, limit=limit, hints=hints)


def _screened(message: NumberMessage, seconds: float) -> Result | None:
    """Return the result of the screening or the search; None where its estimate is left to a prover."""
    if message.find is not None:
        short = seconds <= MAX_WORKER_SEARCH_SECONDS
        return find_prime(message.number, message.find, message.searched) if short else None
    return screen_thoroughly(message.number) if seconds <= MAX_SCREENING_SECONDS else trial_division(message.number)


WORKER = Consumer(screen_number, insert_all)
