"""The factorizer: finds the prime factors of composites, in a child process.

It serves two queues. On the queue of factors it takes the steps that are expected to take up to about 30 s; the number
of which a part is left then goes to the queue of long factors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic

from chalicelib import clock
from chalicelib.consumers import storing
from chalicelib.consumers.computing import (
    HEARTBEAT_SECONDS,
    Cancelled,
    end_by_steps,
    expected_end,
    seconds_to_compute,
    send_heartbeat,
    watch,
)
from chalicelib.consumers.factoring import MAX_INLINE_SECONDS
from chalicelib.consumers.outcomes import Interim, Outcome, Record, Stale
from chalicelib.consumers.settle import Batch, Consumer
from chalicelib.factorization.factoring_child import factor_in_child
from chalicelib.factorization.factors import Factorization
from chalicelib.factorization.search import Search
from chalicelib.numbers.cost import MAX_SHORT_FACTORING_SECONDS
from chalicelib.primality.progress import Counted, Progress
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.queues import Queue
from chalicelib.store import transitions
from chalicelib.store.number_results import TaskUpdate
from chalicelib.tasks.messages import NumberMessage


def factor_number(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Find the factors of a composite."""
    message = record.message
    if not isinstance(message, NumberMessage):
        raise TypeError("the queue of factors got a chunk")
    send_heartbeat(batch, record)
    try:
        yield from _factor(batch, record, message)
    except Cancelled:
        yield Stale(record)


def _factor(batch: Batch, record: Record, message: NumberMessage) -> Iterator[Outcome]:
    started_at, started, attempts = clock.timestamp(), monotonic(), record.attempt
    is_long = batch.queue is Queue.LONG_FACTORS
    seconds = seconds_to_compute(batch)
    limit = math.inf if is_long else MAX_SHORT_FACTORING_SECONDS
    expected_at = expected_end(batch, min(limit, message.factoring_seconds))
    task = transitions.start_proof(message, attempts, expected_at, batch.queue)
    if task is None:
        raise Cancelled

    screened = task.result or screen(message.number)
    stored = storing.look_up(batch, message, screened)
    if stored and stored.suffices(factors=True):
        update = TaskUpdate(message, attempts, started_at, is_final=True)
        yield storing.finished(record, update, stored)
        return
    already = task.factorization or (stored.factorization if stored else None)

    number, expression, hints = message.number, message.expression, message.known_factors
    if message.factoring_seconds <= MAX_INLINE_SECONDS:
        found = Search(number, lambda _: None, seconds, limit, hints=hints).run(expression, already)
    else:
        on_progress = _watcher(batch, record, message, screened)
        found = factor_in_child(
            number, expression, already, seconds, limit, on_progress, HEARTBEAT_SECONDS, hints=hints
        )
    known = found.factorization
    result = replace(screened, seconds=screened.seconds + monotonic() - started)
    update = TaskUpdate(message, attempts, started_at, result=result, factorization=known, is_final=False)
    if found.has_more and not is_long:
        yield Interim(record, replace(update, queue=Queue.LONG_FACTORS))
        return
    if not known.complete:
        batch.invocation.metrics["factorizations_not_finished"] += 1
    place = storing.place_for(message, screened)
    storing.write_certificates(place, known)
    yield from storing.finish(batch, record, replace(update, is_final=True), place)


def _watcher(
    batch: Batch, record: Record, message: NumberMessage, screened: Result
) -> Callable[[Progress, Factorization], None]:
    """Return what writes how far a search is, the factors that are known, and when its sieve is expected to end.

    The factors of a cancelled search are kept by the number.
    """
    begun, last = 0.0, 101

    def on_progress(progress: Progress, known: Factorization) -> None:
        nonlocal begun, last
        expected_at = None
        if isinstance(progress, Counted) and progress.unit == "percent":
            if progress.done < last:
                begun = clock.now()  # another sieve
            else:
                expected_at = end_by_steps(progress, begun)
            last = progress.done
        try:
            watch(batch, record, lambda: transitions.write_progress(message, progress, expected_at, known))
        except Cancelled:
            storing.keep_factors(batch, message, screened, known)
            raise

    return on_progress


FACTORIZER = Consumer(factor_number)
