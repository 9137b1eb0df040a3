"""The list worker and the long list worker: they screen the chunks of lists, and factor their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import monotonic

from chalicelib import thresholds
from chalicelib.consumers import heartbeat, settle
from chalicelib.consumers.heartbeat import HEARTBEAT_SECONDS, Cancelled, seconds_to_compute
from chalicelib.consumers.outcomes import FinishedChunk, HandBack, Outcome, Record, Stale, computation
from chalicelib.consumers.settle import Batch
from chalicelib.factorization import chunk_factoring
from chalicelib.factorization.chunk_factoring import factorize
from chalicelib.factorization.factoring_child import factor_in_child
from chalicelib.factorization.factors import Factorization, unfactored
from chalicelib.numbers import chunk_text
from chalicelib.numbers.cost import factoring_seconds
from chalicelib.primality.child import screen_in_child
from chalicelib.primality.chunk_screening import ChunkResults, join_results, screen_chunk
from chalicelib.queues import Queue
from chalicelib.store import list_results
from chalicelib.tasks.messages import ChunkMessage

#: A chunk is not begun later than this before its function's timeout, in seconds. It takes half a second of a core.
MARGIN_SECONDS = 30.0


def screen_numbers(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen or factor the numbers of a chunk: one of a long list in a child process, which a cancel ends."""
    message = record.chunk
    if message.task_id not in batch.open_lists:
        batch.open_lists[message.task_id] = list_results.read_open(message.task_id)
    open_list = batch.open_lists[message.task_id]
    if open_list is None or not open_list.needs(message):
        yield Stale(record)
    elif batch.queue is Queue.LONG_LISTS:
        heartbeat.send(batch, record)
        compute = _factor_long_chunk if message.factors else _screen_long_chunk
        try:
            with computation():
                results = compute(batch, record, message)
        except Cancelled:
            yield Stale(record)
        else:
            yield FinishedChunk(record, results)
    elif batch.remaining_seconds() > MARGIN_SECONDS:
        with computation():
            results = _factor_chunk(message) if message.factors else screen_chunk(message.numbers)
        yield FinishedChunk(record, results)
    else:
        yield HandBack(record)


def _factor_chunk(message: ChunkMessage) -> ChunkResults:
    return chunk_factoring.factor_chunk(message.numbers, lambda n, place: factorize(n, message.expression_at(place)))


def _screen_long_chunk(batch: Batch, record: Record, message: ChunkMessage) -> ChunkResults:
    numbers, seconds = [*chunk_text.read(message.numbers)], seconds_to_compute(batch)
    results = screen_in_child(numbers, seconds, lambda _: _watch(batch, record, message), HEARTBEAT_SECONDS)
    if results is None:
        raise TimeoutError(f"the screening did not end in {seconds:.0f} s, the time that a function has")
    return join_results(results)


def _factor_long_chunk(batch: Batch, record: Record, message: ChunkMessage) -> ChunkResults:
    """Return the factors of the numbers, each found in the time that a short factorization has.

    What the function's time does not suffice for is left without factors.
    """
    last_heartbeat = monotonic()

    def on_progress(*_: object) -> None:
        nonlocal last_heartbeat
        last_heartbeat = monotonic()
        _watch(batch, record, message)

    def factors_of(composite: int, place: int) -> Factorization:
        if monotonic() - last_heartbeat >= HEARTBEAT_SECONDS:
            on_progress()
        expression, seconds = message.expression_at(place), seconds_to_compute(batch)
        if factoring_seconds(composite.bit_length()) <= thresholds.MAX_INLINE_SECONDS:
            return factorize(composite, expression)
        if seconds <= thresholds.MAX_INLINE_SECONDS:
            return unfactored(composite)
        limit = thresholds.MAX_SHORT_FACTORING_SECONDS
        return factor_in_child(
            composite, expression, None, seconds, limit, on_progress, HEARTBEAT_SECONDS, proves=False
        ).factorization

    return chunk_factoring.factor_chunk(message.numbers, factors_of)


def _watch(batch: Batch, record: Record, message: ChunkMessage) -> None:
    heartbeat.watch(batch, record, lambda: list_results.is_needed(message))


consume = partial(settle.consume, screen_numbers)
