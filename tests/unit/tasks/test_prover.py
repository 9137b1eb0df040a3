"""The prover proves, tells how far it is, and ends with the truth whatever happens to its child."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.primality import child
from chalicelib.primality.progress import Elapsed, Progress
from chalicelib.settings import settings
from chalicelib.tasks import certificates, chunks, prover, reading, steer, submit
from chalicelib.telemetry import Invocation
from tests.aws import receive, run_prover, run_worker

pytestmark = pytest.mark.usefixtures("aws")

PRIME = 10**100 + 267
#: A composite without a small factor that takes seconds to screen.
HUGE = (2**127 - 1) ** 130


def forwarded(number: int = PRIME) -> tuple[str, list[dict[str, Any]]]:
    """Submit a number, let the worker forward it and receive it as the prover does."""
    task_id = submit.submit_number(number)
    run_worker()
    return task_id, receive(settings().proofs_queue_url)


def test_a_prime_is_proven_with_a_certificate_in_both_formats() -> None:
    task_id = submit.submit_number(PRIME)
    run_worker()
    run_prover()
    task = reading.find(task_id)
    assert task.status == "SUCCESS"
    assert task.result
    assert (task.result["verdict"], task.result["proven"], task.result["certificate"]) == ("prime", True, True)
    assert (certificates.read(task_id, "pari") or "").startswith("[")
    assert "PRIMO" in (certificates.read(task_id, "primo") or "")


def test_at_the_deadline_the_answer_is_probably_prime_and_final(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prover, "prove_in_child", lambda *_: None)
    task_id, records = forwarded()
    assert prover.prove(records, lambda: 30.0, Invocation("test")) == {"batchItemFailures": []}
    task = reading.find(task_id)
    assert task.status == "SUCCESS"
    assert task.result
    assert (task.result["verdict"], task.result["proven"]) == ("probable_prime", False)


def test_a_proof_that_is_cancelled_stops_at_its_next_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: int, __: float, on_progress: Callable[[Progress], None], ___: float) -> None:
        steer.cancel(task_id)
        on_progress(Elapsed("proving", 1.0))
        raise AssertionError("went on after the cancel")

    monkeypatch.setattr(prover, "prove_in_child", endless)
    task_id, records = forwarded()
    assert prover.prove(records, lambda: 30.0, Invocation("test")) == {"batchItemFailures": []}
    assert reading.find(task_id).status == "REVOKED"


def test_progress_shows_while_a_proof_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any] | None] = []

    def slow(_: int, __: float, on_progress: Callable[[Progress], None], ___: float) -> None:
        on_progress(Elapsed("proving", 1.0))
        seen.append(reading.find(task_id).progress)

    monkeypatch.setattr(prover, "prove_in_child", slow)
    task_id, records = forwarded()
    prover.prove(records, lambda: 30.0, Invocation("test"))
    assert seen == [{"phase": "proving", "seconds": 1.0}]


def test_a_child_that_is_killed_is_a_failed_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: object, __: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(child.proving, "prove", killed)
    task_id, records = forwarded()
    response = prover.prove(records, lambda: 30.0, Invocation("test"))
    assert response == {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
    task = reading.find(task_id)
    assert task.status == "RETRY"
    assert task.error
    assert "ChildDied" in task.error


def test_a_cancelled_task_is_never_taken_up() -> None:
    task_id, records = forwarded()
    steer.cancel(task_id)
    assert prover.prove(records, lambda: 30.0, Invocation("test")) == {"batchItemFailures": []}
    assert reading.find(task_id).status == "REVOKED"


def test_a_number_that_the_worker_did_not_screen_is_screened_by_the_prover() -> None:
    task_id, records = forwarded(HUGE)
    prover.prove(records, lambda: 60.0, Invocation("test"))
    task = reading.find(task_id)
    assert task.status == "SUCCESS"
    assert task.result
    assert task.result["verdict"] == "composite"


def test_a_list_of_large_numbers_is_screened_by_the_prover() -> None:
    task_id = submit.submit_list([HUGE, 11])
    run_worker()
    assert reading.find(task_id).status == "STARTED"
    run_prover()
    task = reading.find(task_id)
    assert (task.status, task.primes, task.composites) == ("SUCCESS", 1, 1)


def test_a_chunk_of_a_cancelled_list_is_not_screened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 1)
    task_id = submit.submit_list([HUGE, HUGE * (2**127 - 1)])
    run_worker()
    steer.cancel(task_id)
    run_prover()
    assert reading.find(task_id).remaining == 2
