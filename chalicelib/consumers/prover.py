"""The prover: screens large numbers and proves primes, in a child process.

It serves two queues. On the queue of proofs it screens large numbers and makes the proofs that take seconds; what
takes longer goes to the queue of long proofs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial

from chalicelib import clock, thresholds
from chalicelib.consumers import heartbeat, settle, storing
from chalicelib.consumers.heartbeat import HEARTBEAT_SECONDS, Cancelled, expected_end, seconds_to_compute
from chalicelib.consumers.outcomes import Forward, Interim, Outcome, Record, Stale, computation
from chalicelib.consumers.routing import next_queue
from chalicelib.consumers.settle import Batch
from chalicelib.consumers.storing import Destination
from chalicelib.numbers.cost import proving_seconds
from chalicelib.primality.child import prove_in_child, screen_in_child, search_in_child
from chalicelib.primality.progress import Progress
from chalicelib.primality.proving import theorem_seconds
from chalicelib.primality.result import Result
from chalicelib.primality.screening import needs_proof
from chalicelib.queues import Queue
from chalicelib.store import certificates, transitions
from chalicelib.store.number_results import TaskUpdate


def prove_number(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen and prove a number, or the prime next to it."""
    heartbeat.send(batch, record)
    try:
        yield from _prove(batch, record)
    except Cancelled:
        yield Stale(record)


def _prove(batch: Batch, record: Record) -> Iterator[Outcome]:
    """Screen a number unless that was done, then prove it, or forward it to the queue of its class of cost."""
    message, started_at = record.number, clock.timestamp()
    is_large = record.seconds > thresholds.MAX_SCREENING_SECONDS
    own_seconds = record.seconds if is_large or message.find else proving_seconds(message.bits)
    task = transitions.start_proof(message, record.attempt, expected_end(batch, own_seconds), batch.queue)
    if task is None:
        raise Cancelled
    update = TaskUpdate(message, record.attempt, started_at, result=task.result, is_final=False, has_item=True)
    stored = storing.look_up(batch, message, task.result)
    if stored and stored.suffices(factors=message.factors):
        yield storing.reuse(record, update, stored)
        return
    screened = task.result or (stored.result if stored else None) or (yield from _screen(batch, record, update))
    if screened is None:
        return
    queue = next_queue(message, screened, batch.queue)
    if queue is not batch.queue:
        yield Forward(record, replace(update, result=screened), queue)
        return
    destination = Destination.of(message, screened)
    result = _proven(batch, record, destination, screened) if needs_proof(screened) else screened
    yield destination.finish(record, update, result)


def _screen(batch: Batch, record: Record, update: TaskUpdate) -> Generator[Outcome, None, Result | None]:
    """Screen a number, or search the prime next to it; return the result, or None if the number is settled."""
    message = update.message
    seconds, on_progress = seconds_to_compute(batch), _watcher(batch, record)
    if message.find is None:
        with computation():
            results = screen_in_child([message.number], seconds, on_progress, HEARTBEAT_SECONDS)
        if results is None:
            raise TimeoutError(f"the screening did not end in {seconds:.0f} s, the time that a function has")
        (screened,) = results
    else:
        with computation():
            found = search_in_child(
                message.number, message.find, message.searched, seconds, on_progress, HEARTBEAT_SECONDS
            )
        if found == message.searched:
            raise TimeoutError(f"the search did not get beyond a number in {seconds:.0f} s, the time of a function")
        if not isinstance(found, Result):
            message = replace(message, searched=found)
            yield Forward(replace(record, message=message), replace(update, message=message), Queue.LONG_PROOFS)
            return None
        screened = found
    if needs_proof(screened):
        proof_seconds = theorem_seconds(screened, message.known_factors) or proving_seconds(message.bits)
        expected_at = expected_end(batch, proof_seconds)
        yield Interim(record, replace(update, result=screened, expected_at=expected_at))
        if message.find and (stored := storing.look_up(batch, message, screened)) and stored.result.proven:
            yield storing.reuse(record, update, stored)
            return None
    return screened


def _proven(batch: Batch, record: Record, destination: Destination, screened: Result) -> Result:
    """Prove the result and write its certificate; return the result, unproven if the time does not suffice."""
    with computation():
        seconds, on_progress, helpers = seconds_to_compute(batch), _watcher(batch, record), record.number.known_factors
        proof = prove_in_child(screened, seconds, on_progress, HEARTBEAT_SECONDS, helpers)
    if proof is None or needs_proof(proof.result):
        batch.invocation.metrics["proofs_not_finished"] += 1
        return screened
    batch.invocation.metrics["proof_seconds"] += proof.result.seconds
    if proof.certificate is not None:
        certificates.write(destination.key, destination.expires_at, screened.number, proof.certificate)
    return proof.result


def _watcher(batch: Batch, record: Record) -> Callable[[Progress], None]:
    """Return what writes the progress of a computation that begins now, and when it is expected to end."""
    begun, message = clock.now(), record.number

    def on_progress(progress: Progress) -> None:
        expected_at = heartbeat.end_by_steps(progress, begun)
        heartbeat.watch(batch, record, lambda: transitions.write_progress(message, progress, expected_at))

    return on_progress


consume = partial(settle.consume, prove_number)
