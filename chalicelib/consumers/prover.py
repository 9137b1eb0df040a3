"""The prover: long computations, each in a child process that a deadline, a cancel or a fault ends.

It serves two queues. On the queue of proofs it screens large numbers and makes the proofs that take seconds; what
takes longer goes to the queue of long proofs.
"""

from __future__ import annotations

from chalicelib import clock, queues
from chalicelib.consumers import queue_choice
from chalicelib.consumers.batch import Batch, Record
from chalicelib.consumers.chunks import is_open, screen_chunk_in_child
from chalicelib.consumers.heartbeat import HEARTBEAT_SECONDS, Cancelled, send_heartbeat
from chalicelib.errors import ServiceError
from chalicelib.primality.child import prove_in_child, screen_in_child
from chalicelib.primality.progress import Progress
from chalicelib.primality.result import Result
from chalicelib.primality.screening import needs_proof
from chalicelib.queues import Queue
from chalicelib.store import certificates
from chalicelib.store import tasks as store
from chalicelib.store.updates import TaskUpdate, write_update
from chalicelib.tasks.messages import ChunkMessage, NumberMessage


def prove_numbers(batch: Batch) -> None:
    """Screen and prove a batch of numbers, and write their results."""
    for record in batch.records:
        message = record.message
        try:
            send_heartbeat(batch, record)
            if isinstance(message, ChunkMessage):
                _screen_chunk(batch, record, message)
            else:
                _Proof(batch, record, message).run()
        except Cancelled:
            batch.invocation.count("stale")
        except Exception as error:  # noqa: BLE001 - any failed attempt is tried again
            batch.schedule_retry(record, error)


def _screen_chunk(batch: Batch, record: Record, message: ChunkMessage) -> None:
    if is_open(message.task_id):
        screen_chunk_in_child(batch, record, message)
    else:
        batch.invocation.count("stale")


class _Proof:
    """One attempt to decide a number."""

    def __init__(self, batch: Batch, record: Record, message: NumberMessage) -> None:
        self.batch = batch
        self.record = record
        self.message = message
        self.started_at = clock.timestamp()

    def run(self) -> None:
        """Screen the number unless that was done, then prove it, or forward it to the queue of long proofs."""
        task = store.start_proof(self.message, self.record.receive_count)
        if task is None:
            raise Cancelled
        screened = task.result or self._screen()
        if not needs_proof(screened):
            return
        if queue_choice.queue_of_proof(screened) is Queue.LONG_PROOFS and self.batch.queue is Queue.PROOFS:
            queues.send_all(Queue.LONG_PROOFS, [self.message])
            self.batch.invocation.count("forwarded")
            return
        proof = prove_in_child(screened, self.batch.seconds_to_compute(), self._on_progress, HEARTBEAT_SECONDS)
        if proof is None or needs_proof(proof.result):
            self.batch.invocation.count("proofs_not_finished")
            self._write(screened, is_final=True)
            return
        if proof.certificate is not None:
            certificates.write(self.message.task_id, proof.certificate)
        self.batch.invocation.count("proof_seconds", proof.result.seconds)
        self._write(proof.result, is_final=True)

    def _screen(self) -> Result:
        results = screen_in_child(
            [self.message.number], self.batch.seconds_to_compute(), self._on_progress, HEARTBEAT_SECONDS
        )
        if results is None:
            raise TimeoutError("the number was not screened in the time that a function has")
        self._write(results[0], is_final=not needs_proof(results[0]))
        return results[0]

    def _on_progress(self, progress: Progress) -> None:
        send_heartbeat(self.batch, self.record)
        try:
            is_open = store.write_progress(self.message, progress)
        except ServiceError as error:
            self.batch.invocation.append("errors", error.detail)  # no reason to give up minutes of work
            return
        if not is_open:
            raise Cancelled

    def _write(self, result: Result, *, is_final: bool) -> None:
        update = TaskUpdate(self.message, self.record.receive_count, self.started_at, result, is_final)
        if not write_update(update):
            raise Cancelled
        if is_final:
            self.batch.count_result(result)
