"""The factors of the numbers of a list's chunk."""

from __future__ import annotations

from time import monotonic

from chalicelib.consumers.computing import (
    HEARTBEAT_SECONDS,
    Cancelled,
    seconds_to_compute,
    send_heartbeat,
    watch_chunk,
)
from chalicelib.consumers.outcomes import FinishedChunk, Outcome, Record, Stale
from chalicelib.consumers.settle import Batch
from chalicelib.factorization import chunk_factoring
from chalicelib.factorization.chunk_factoring import factorize
from chalicelib.factorization.factoring_child import factor_in_child
from chalicelib.factorization.factors import Factorization, unfactored
from chalicelib.numbers.cost import MAX_SHORT_FACTORING_SECONDS, factoring_seconds
from chalicelib.primality.chunk_screening import ChunkResults
from chalicelib.primality.progress import Progress
from chalicelib.tasks.messages import ChunkMessage

#: A factorization that is expected to take longer runs in a child process, in seconds: a cancel stops it.
MAX_INLINE_SECONDS = 1.0


def results_of(message: ChunkMessage) -> ChunkResults:
    """Return the results of a chunk of a short list."""
    return chunk_factoring.factor_chunk(message.numbers, lambda n, place: factorize(n, message.expression_at(place)))


def factor_chunk(batch: Batch, record: Record, message: ChunkMessage) -> Outcome:
    """Factor the numbers of a chunk, each in the time that a short factorization has. A cancel ends it.

    What the function's time does not suffice for is left without factors.

    Raises:
        ChildDied: a child process ended without a result.
    """
    last_heartbeat = monotonic()

    def on_progress(_: Progress | None = None, __: Factorization | None = None) -> None:
        nonlocal last_heartbeat
        last_heartbeat = monotonic()
        watch_chunk(batch, record, message)

    def factors_of(composite: int, place: int) -> Factorization:
        if monotonic() - last_heartbeat >= HEARTBEAT_SECONDS:
            on_progress()
        expression, seconds = message.expression_at(place), seconds_to_compute(batch)
        if factoring_seconds(composite.bit_length()) <= MAX_INLINE_SECONDS:
            return factorize(composite, expression)
        if seconds <= MAX_INLINE_SECONDS:
            return unfactored(composite)
        limit = MAX_SHORT_FACTORING_SECONDS
        return factor_in_child(
            composite, expression, None, seconds, limit, on_progress, HEARTBEAT_SECONDS, proves=False
        ).factorization

    send_heartbeat(batch, record)
    try:
        return FinishedChunk(record, message, chunk_factoring.factor_chunk(message.numbers, factors_of))
    except Cancelled:
        return Stale(record)
