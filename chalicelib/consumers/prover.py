"""The prover: screens large numbers and proves primes, in a child process.

It serves two queues. On the queue of proofs it screens large numbers and makes the proofs that take seconds; what
takes longer goes to the queue of long proofs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from chalicelib import clock
from chalicelib.consumers import computing
from chalicelib.consumers.computing import (
    HEARTBEAT_SECONDS,
    Cancelled,
    Starved,
    expected_end,
    seconds_to_compute,
    send_heartbeat,
    watch,
)
from chalicelib.consumers.outcomes import Finished, Forward, HandBack, Interim, Outcome, Record, Stale
from chalicelib.consumers.routing import needs_factors, next_queue
from chalicelib.consumers.settle import Batch, Consumer
from chalicelib.numbers.cost import MAX_SCREENING_SECONDS, proving_seconds
from chalicelib.primality.child import prove_in_child
from chalicelib.primality.progress import Progress, Steps
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
    except Starved:
        yield HandBack(record)


def _prove(batch: Batch, record: Record, message: NumberMessage) -> Iterator[Outcome]:
    """Screen a number unless that was done, then prove it, or forward it to the queue of long proofs."""
    started_at, attempts = clock.timestamp(), record.attempt
    is_large = record.seconds > MAX_SCREENING_SECONDS
    own_seconds = record.seconds if is_large or message.find else proving_seconds(message.bits)
    task = transitions.start_proof(message, attempts, expected_end(batch, own_seconds))
    if task is None:
        raise Cancelled
    begun = clock.now()

    def on_progress(progress: Progress) -> None:
        expected_at = _by_steps(progress, begun)
        watch(batch, record, lambda: transitions.write_progress(message, progress, expected_at))

    screened = task.result
    if screened is None:
        if message.find is None:
            (screened,) = computing.screen(batch, [message.number], on_progress)
        else:
            found = computing.search(batch, message, message.find, on_progress)
            if isinstance(found, NumberMessage):
                yield Forward(replace(record, message=found), Queue.LONG_PROOFS)
                return
            screened = found
        if needs_proof(screened):
            expected_at = expected_end(batch, theorem_seconds(screened) or proving_seconds(message.bits))
            update = TaskUpdate(message, attempts, started_at, screened, is_final=False, expected_at=expected_at)
            yield Interim(record, update)
            begun = clock.now()
    if needs_factors(message, screened):
        update = TaskUpdate(message, attempts, started_at, screened, is_final=False)
        yield Interim(record, update, next_queue(message, screened, batch.queue))
        return
    if needs_proof(screened):
        queue = next_queue(message, screened, batch.queue)
        if queue is not batch.queue:
            yield Forward(record, queue)
            return
        screened = _proven(batch, message, screened, on_progress)
    yield Finished(record, TaskUpdate(message, attempts, started_at, screened, is_final=True))


def _by_steps(progress: Progress, begun: float) -> str | None:
    """Return when a computation is expected to end by the steps that it has done; None where it counts none."""
    if not isinstance(progress, Steps) or not progress.done:
        return None
    now = clock.now()
    return clock.rfc3339(now + (now - begun) / progress.done * (progress.total - progress.done))


def _proven(batch: Batch, message: NumberMessage, screened: Result, on_progress: Callable[[Progress], None]) -> Result:
    """Return the result with its proof, whose certificate is written; without one where the time does not suffice."""
    proof = prove_in_child(screened, seconds_to_compute(batch), on_progress, HEARTBEAT_SECONDS)
    if proof is None or needs_proof(proof.result):
        batch.invocation.metrics["proofs_not_finished"] += 1
        return screened
    batch.invocation.metrics["proof_seconds"] += proof.result.seconds
    if proof.certificate is not None:
        certificates.write(message.task_id, message.expires_at, proof.certificate)
    return proof.result


PROVER = Consumer(prove_number)
