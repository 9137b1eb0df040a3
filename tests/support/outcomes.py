"""A number for each way through the service, and the check that a task ended with the right result.

The limits between the ways are lowered: numbers that reach the real ones would take the tests' time.
"""

from __future__ import annotations

import pytest

from chalicelib import queues
from chalicelib.consumers import routing, worker
from chalicelib.service.read import read_task
from chalicelib.store import certificates, list_pages, stored_results, table
from chalicelib.store.list_pages import PageRequest
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

#: Decided by the worker.
PRIME, SQUARE, ONE = 11, 9, 1
#: Screened by the worker and proven by the prover of short proofs.
HARD_PRIME = 10**30 + 57
#: Screened by the worker and proven by the prover of long proofs. Its result is stored, as that of the large prime is.
LONG_PRIME = 10**60 + 7
#: Decided by the prover of short proofs.
MERSENNE_PRIME = 2**521 - 1
#: Screened by the prover of short proofs and proven by the prover of long proofs.
LARGE_PRIME = 2**512 - 569
#: Decided by the prover of long proofs: a composite without a small factor.
LARGE_COMPOSITE = MERSENNE_PRIME * (2**607 - 1)

VERDICTS = {
    PRIME: "prime",
    SQUARE: "composite",
    ONE: "not_prime",
    HARD_PRIME: "prime",
    LONG_PRIME: "prime",
    MERSENNE_PRIME: "prime",
    LARGE_PRIME: "prime",
    LARGE_COMPOSITE: "composite",
}
CERTIFIED = {HARD_PRIME, LONG_PRIME, LARGE_PRIME}


def lower_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the consumers' limits so that each of the numbers takes the way that is named above."""
    monkeypatch.setattr(worker, "MAX_SCREENING_SECONDS", 1e-4)
    monkeypatch.setattr(queues, "MAX_SHORT_CHUNK_SECONDS", 1e-4)
    monkeypatch.setattr(queues, "MAX_SHORT_SCREENING_SECONDS", 1e-3)
    monkeypatch.setattr(routing, "MAX_SHORT_CURVE_SECONDS", 0.004)
    monkeypatch.setattr(routing, "MIN_STORED_SECONDS", 0.004)


def forget_results() -> None:
    """Delete the stored results, so that the numbers are computed again."""
    for number in VERDICTS:
        table.delete(stored_results.key(number))


def number_task(task_id: str) -> NumberTask:
    task = read_task(task_id)
    assert isinstance(task, NumberTask), task
    return task


def list_task(task_id: str) -> ListTask:
    task = read_task(task_id)
    assert isinstance(task, ListTask), task
    return task


def assert_finished(task_id: str, submitted: int | list[int]) -> None:
    """Check that a task is SUCCESS with the right results: a list's each once and in the order of the list."""
    task = read_task(task_id)
    assert task.status is Status.SUCCESS, task
    assert task.error is None
    if isinstance(task, NumberTask):
        assert task.result, task
        assert task.result.number == submitted
        assert task.result.verdict == VERDICTS[submitted]
        assert (
            task.result.has_certificate
            == (submitted in CERTIFIED)
            == (certificates.read(task.certificates or task_id) is not None)
        )
        return
    assert isinstance(submitted, list)
    primes = sum(VERDICTS[number] == "prime" for number in submitted)
    assert (task.primes, task.composites) == (primes, len(submitted) - primes)
    results, next_place = list_pages.read_page(task_id, task.chunks, PageRequest((1, 0), len(submitted) + 1, 10**9, 60))
    assert next_place is None
    assert [(result.index, result.result.number) for result in results] == list(enumerate(submitted))
    # Lists are screened only: a large prime is a probable prime there.
    found = [result.result.verdict.replace("probable_", "") for result in results]
    assert found == [VERDICTS[number] for number in submitted]
