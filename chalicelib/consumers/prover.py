"""The prover: screens large numbers and proves primes, in a child process.

It serves two queues. On the queue of proofs it screens large numbers and makes the proofs that take seconds; what
takes longer goes to the queue of long proofs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

from chalicelib import clock
from chalicelib.consumers import computing, storing
from chalicelib.consumers.computing import (
    HEARTBEAT_SECONDS,
    Cancelled,
    expected_end,
    seconds_to_compute,
    send_heartbeat,
    watch,
)
from chalicelib.consumers.outcomes import Interim, Outcome, Record, Stale
from chalicelib.consumers.routing import needs_factors, next_queue
from chalicelib.consumers.settle import Batch, Consumer
from chalicelib.consumers.storing import Place
from chalicelib.numbers.cost import MAX_SCREENING_SECONDS, proving_seconds
from chalicelib.primality.child import prove_in_child
from chalicelib.primality.progress import Progress
from chalicelib.primality.proving import theorem_seconds
from chalicelib.primality.result import Result
from chalicelib.primality.screening import needs_proof
from chalicelib.queues import Queue
from chalicelib.store import certificates, transitions
from chalicelib.store.number_results import TaskUpdate
from chalicelib.tasks.messages import NumberMessage


def prove_number(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen and prove a number, or the prime next to it."""
    message = record.message
    if not isinstance(message, NumberMessage):
        raise TypeError("the queue of proofs got a chunk")
    send_heartbeat(batch, record)
    try:
        yield from _prove(batch, record, message)
    except Cancelled:
        yield Stale(record)


def _prove(batch: Batch, record: Record, message: NumberMessage) -> Iterator[Outcome]:
    """Screen a number unless that was done, then prove it, or forward it to the queue of long proofs."""
    started_at, attempts = clock.timestamp(), record.attempt
    is_large = record.seconds > MAX_SCREENING_SECONDS
    own_seconds = record.seconds if is_large or message.find else proving_seconds(message.bits)
    task = transitions.start_proof(message, attempts, expected_end(batch, own_seconds), batch.queue)
    if task is None:
        raise Cancelled
    update = TaskUpdate(message, attempts, started_at, result=task.result, is_final=False)
    stored = storing.look_up(batch, message, task.result)
    if stored and stored.suffices(factors=message.factors):
        yield storing.finished(record, update, stored)
        return
    screened = task.result or (stored.result if stored else None) or (yield from _screen(batch, record, update))
    if screened is None:
        return
    update = replace(update, result=screened)
    if needs_factors(message, screened):
        yield Interim(record, replace(update, queue=next_queue(message, screened, batch.queue)))
        return
    if needs_proof(screened):
        queue = next_queue(message, screened, batch.queue)
        if queue is not batch.queue:
            yield Interim(record, replace(update, queue=queue))
            return
    place = storing.place_for(message, screened)
    if needs_proof(screened):
        screened = _proven(batch, place, screened, _watcher(batch, record, message))
    yield from storing.finish(batch, record, replace(update, result=screened, is_final=True), place)


def _screen(batch: Batch, record: Record, update: TaskUpdate) -> Generator[Outcome, None, Result | None]:
    """Screen a number, or search the prime next to it; return the result, or None where the number is settled."""
    message = update.message
    on_progress = _watcher(batch, record, message)
    if message.find is None:
        (screened,) = computing.screen(batch, [message.number], on_progress)
    else:
        found = computing.search(batch, message, message.find, on_progress)
        if isinstance(found, NumberMessage):
            yield Interim(replace(record, message=found), replace(update, message=found, queue=Queue.LONG_PROOFS))
            return None
        screened = found
    if needs_proof(screened):
        expected_at = expected_end(batch, theorem_seconds(screened) or proving_seconds(message.bits))
        yield Interim(record, replace(update, result=screened, expected_at=expected_at))
        if message.find and (stored := storing.look_up(batch, message, screened)) and stored.result.proven:
            yield storing.finished(record, update, stored)
            return None
    return screened


def _watcher(batch: Batch, record: Record, message: NumberMessage) -> Callable[[Progress], None]:
    """Return what writes the progress of a computation that begins now, and when it is expected to end."""
    begun = clock.now()

    def on_progress(progress: Progress) -> None:
        expected_at = computing.end_by_steps(progress, begun)
        watch(batch, record, lambda: transitions.write_progress(message, progress, expected_at))

    return on_progress


def _proven(batch: Batch, place: Place, screened: Result, on_progress: Callable[[Progress], None]) -> Result:
    """Return the result with its proof, whose certificate is written; without one where the time does not suffice."""
    proof = prove_in_child(screened, seconds_to_compute(batch), on_progress, HEARTBEAT_SECONDS)
    if proof is None or needs_proof(proof.result):
        batch.invocation.metrics["proofs_not_finished"] += 1
        return screened
    batch.invocation.metrics["proof_seconds"] += proof.result.seconds
    if proof.certificate is not None:
        certificates.write(place.key, place.expires_at, screened.number, proof.certificate)
    return proof.result


PROVER = Consumer(prove_number)
