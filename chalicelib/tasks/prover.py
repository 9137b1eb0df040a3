"""The prover: what can run long, in a child process that a deadline, a cancel or a fault ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from chalicelib.errors import ServiceError
from chalicelib.primality.child import prove_in_child, screen_in_child
from chalicelib.primality.progress import Progress
from chalicelib.primality.result import Result, Verdict
from chalicelib.settings import settings
from chalicelib.tasks import certificates, lists, queues, records, results, states, times
from chalicelib.tasks.answers import Answer, write_answer
from chalicelib.tasks.deliveries import Delivery, fail, read_deliveries, response
from chalicelib.telemetry import Invocation

#: Seconds that a message stays hidden after a sign of life: a prover that is killed is replaced after so
#: long and not after the queue's own timeout, which must cover the longest proof.
HEARTBEAT = 60
#: Seconds between two signs of life, which also tell the client how far the proof is and the prover whether
#: the task was cancelled.
INTERVAL = 4.0
#: Seconds kept of the function's time to write what is known at the deadline.
SPARE = 20.0


class Cancelled(Exception):
    """The task is not open any more: what is computed for it is of no use."""


def prove(
    event_records: Iterable[dict[str, Any]], remaining_seconds: Callable[[], float], invocation: Invocation
) -> dict[str, list[dict[str, str]]]:
    """Prove what a batch of messages asks for and return its partial batch response."""
    failed: list[str] = []

    def left() -> float:
        return max(remaining_seconds() - SPARE, 1.0)

    for delivery in read_deliveries(event_records, invocation):
        try:
            _sign_of_life(delivery, invocation)
            (_screen_chunk if delivery.message.is_chunk else _prove_number)(delivery, left, invocation)
        except Cancelled:
            invocation.count("stale")
        except Exception as error:  # noqa: BLE001 - a failed attempt, whatever it was, is tried again
            failed.append(fail(delivery, error, settings().proofs_queue_url, invocation))
    return response(failed)


def _prove_number(delivery: Delivery, left: Callable[[], float], invocation: Invocation) -> None:
    message, attempts = delivery.message, delivery.attempts
    started_at = times.now()
    task = records.start_proof(message, attempts)
    if task is None:
        raise Cancelled
    number = message.values()[0]

    def on_progress(progress: Progress) -> None:
        _sign_of_life(delivery, invocation)
        try:
            still_open = records.write_progress(message, asdict(progress))
        except ServiceError as error:
            invocation.note("errors", error.detail)  # not a reason to throw minutes of work away
            return
        if not still_open:
            raise Cancelled

    interim = task.result
    if interim is None:
        screened = screen_in_child([number], left(), on_progress)
        if screened is None:
            raise TimeoutError("The number could not be screened in the time that a function has.")
        verdict = screened[0]
        interim = results.of_verdict(verdict)
        _write(Answer(message, attempts, started_at, interim, final=verdict.proven), invocation)
        if verdict.proven:
            return
    else:
        verdict = Result(number, Verdict(interim["verdict"]), interim["method"], seconds=interim["seconds"])
    proof = prove_in_child(verdict, left(), on_progress, INTERVAL)
    if proof is None:
        invocation.count("proofs_not_finished")
        _write(Answer(message, attempts, started_at, interim, final=True), invocation)
        return
    invocation.count("proof_seconds", proof.result.seconds)
    if proof.certificate is not None:
        certificates.write(message.task_id, proof.certificate)
    _write(
        Answer(message, attempts, started_at, results.of_verdict(proof.result), final=True),
        invocation,
    )


def _write(answer: Answer, invocation: Invocation) -> None:
    if not write_answer(answer):
        raise Cancelled
    if answer.final and answer.result is not None:
        invocation.count(f"success_{answer.result['verdict']}")


def _screen_chunk(delivery: Delivery, left: Callable[[], float], invocation: Invocation) -> None:
    message = delivery.message

    def on_progress(_: Progress | None) -> None:
        _sign_of_life(delivery, invocation)
        task = records.read(message.task_id)
        if task is None or task.status == states.REVOKED:
            raise Cancelled

    on_progress(None)
    verdicts = screen_in_child(message.values(), left(), on_progress)
    if verdicts is None:
        raise TimeoutError("The chunk could not be screened in the time that a function has.")
    counted = lists.write_chunk(message, verdicts, delivery.attempts)
    invocation.count("chunks" if counted else "stale")


def _sign_of_life(delivery: Delivery, invocation: Invocation) -> None:
    try:
        queues.hide(settings().proofs_queue_url, delivery.receipt_handle, HEARTBEAT)
    except ServiceError as error:
        invocation.note("errors", error.detail)
