"""The factorizer: finds the prime factors of composites, in a child process.

It serves two queues. On the queue of factors it takes the steps that are expected to take up to about 30 s; the number
of which a part is left then goes to the queue of long factors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from time import monotonic

from chalicelib import clock, thresholds
from chalicelib.consumers import heartbeat, settle, storing
from chalicelib.consumers.heartbeat import HEARTBEAT_SECONDS, Cancelled, expected_end, seconds_to_compute
from chalicelib.consumers.outcomes import Forward, Outcome, Record, Stale, computation
from chalicelib.consumers.settle import Batch
from chalicelib.consumers.storing import Destination
from chalicelib.factorization.factoring_child import factor_in_child
from chalicelib.factorization.factors import Factorization
from chalicelib.factorization.search import Found, Search
from chalicelib.primality.progress import Counted, Progress
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.queues import Queue
from chalicelib.store import transitions
from chalicelib.store.number_results import TaskUpdate


class Stopped(Cancelled):
    """The task was cancelled during its search."""

    def __init__(self, known: Factorization) -> None:
        super().__init__()
        #: The factors that were found.
        self.known = known


def factor_number(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Find the factors of a composite, unless they are stored."""
    message, started_at = record.number, clock.timestamp()
    heartbeat.send(batch, record)
    expected_at = expected_end(batch, min(_limit(batch), message.factoring_seconds))
    task = transitions.start_proof(message, record.attempt, expected_at, batch.queue)
    if task is None:
        yield Stale(record)
        return
    screened = task.result or screen(message.number)
    update = TaskUpdate(message, record.attempt, started_at, result=screened, is_final=False, has_item=True)
    stored = storing.look_up(batch, message, screened)
    if stored and stored.suffices(factors=True):
        yield storing.reuse(record, update, stored)
        return
    known = task.factorization or (stored.factorization if stored else None)
    yield _factored(batch, record, replace(update, factorization=known), screened)


def _factored(batch: Batch, record: Record, update: TaskUpdate, screened: Result) -> Outcome:
    """Return the outcome of a number whose search begins with the factors of its update."""
    started, destination = monotonic(), Destination.of(update.message, screened)
    try:
        found = _search(batch, record, update.factorization)
    except Stopped as stopped:  # the next search of this number starts from what was found
        known = stopped.known
        is_kept = known.factors and batch.succeeds(destination.write_certificates, known)
        return Stale(record, destination.stored(screened, known) if is_kept else None)
    known = found.factorization
    result = replace(screened, seconds=screened.seconds + monotonic() - started)
    update = replace(update, result=result, factorization=known)
    if found.has_more and batch.queue is not Queue.LONG_FACTORS:
        return Forward(record, update, Queue.LONG_FACTORS)
    if not known.complete:
        batch.invocation.metrics["factorizations_not_finished"] += 1
    destination.write_certificates(known)
    return destination.finish(record, update, result)


def _search(batch: Batch, record: Record, known: Factorization | None) -> Found:
    """Search for factors, in a child process if that takes long.

    Raises:
        Stopped: the task was cancelled.
        ChildDied: the child process ended without a result.
    """
    number, expression, hints = record.number.number, record.number.expression, record.number.known_factors
    seconds, limit = seconds_to_compute(batch), _limit(batch)
    with computation():
        if record.number.factoring_seconds <= thresholds.MAX_INLINE_SECONDS:
            return Search(number, lambda _: None, seconds, limit, hints=hints).run(expression, known)
        on_progress = _watcher(batch, record)
        return factor_in_child(number, expression, known, seconds, limit, on_progress, HEARTBEAT_SECONDS, hints=hints)


def _limit(batch: Batch) -> float:
    """Return how long a step of the search may be expected to take, in seconds."""
    return math.inf if batch.queue is Queue.LONG_FACTORS else thresholds.MAX_SHORT_FACTORING_SECONDS


def _watcher(batch: Batch, record: Record) -> Callable[[Progress, Factorization], None]:
    """Return what writes how far a search is, the factors that are known, and when its sieve is expected to end."""
    begun, last, message = 0.0, 101, record.number

    def on_progress(progress: Progress, known: Factorization) -> None:
        nonlocal begun, last
        expected_at = None
        if isinstance(progress, Counted) and progress.unit == "percent":
            if progress.done < last:
                begun = clock.now()  # another sieve
            else:
                expected_at = heartbeat.end_by_steps(progress, begun)
            last = progress.done
        try:
            heartbeat.watch(batch, record, lambda: transitions.write_progress(message, progress, expected_at, known))
        except Cancelled:
            raise Stopped(known) from None

    return on_progress


consume = partial(settle.consume, factor_number)
