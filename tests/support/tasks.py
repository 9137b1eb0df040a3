"""Tasks for tests: submitted through the service, made for a function that takes one, and checked at their end.

There is a number for each way through the service. The limits between the ways are lowered: numbers that reach the real
ones would take the tests' time.
"""

from typing import Any

import pytest

from chalicelib import clock, thresholds
from chalicelib.aws import dynamodb
from chalicelib.factorization.factors import Factorization
from chalicelib.primality.direction import Direction
from chalicelib.primality.result import Result
from chalicelib.service.read import read_task
from chalicelib.service.submit import ListSubmission, NumberSubmission, submit, submit_once
from chalicelib.settings import settings
from chalicelib.store import certificates, list_pages, stored_results, table
from chalicelib.store.list_pages import PageRequest
from chalicelib.tasks import chunks, ids, lifetime
from chalicelib.tasks.messages import ChunkMessage, NumberMessage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListResult, ListTask, NumberTask

#: The fields that every task has.
COMMON: dict[str, Any] = {
    "status": Status.PENDING,
    "submitted_at": "2026-11-24T08:33:22.125Z",
    "expires_at": 1_796_114_003,
}
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


def submit_number(
    number: int, expression: str | None = None, *, factors: bool = False, find: Direction | None = None
) -> str:
    return submit(NumberSubmission(number, expression, factors, find)).task_id


def submit_list(numbers: list[int], *, factors: bool = False) -> str:
    return submit(ListSubmission(numbers, factors=factors)).task_id


def submit_keyed(numbers: list[int], key: str, *, is_list: bool = False, caller: str = "") -> str:
    """Submit with an Idempotency-Key and return the task's id."""
    return submit_once(ListSubmission(numbers) if is_list else NumberSubmission(numbers[0]), caller, key).task_id


def number_message(number: int = 11, task_id: str | None = None, **fields: Any) -> NumberMessage:
    """Return the message of a number's task, by default of a new one."""
    task_id = task_id or ids.new_id()
    return NumberMessage(task_id, number, **{"expires_at": _expiry(task_id)} | fields)


def chunk_message(task_id: str | None = None, numbers: str = "b", chunk: int = 1, **fields: Any) -> ChunkMessage:
    """Return the message of a chunk, by default of a new list of one chunk."""
    task_id = task_id or ids.new_id()
    defaults = {"chunks": 1, "first": 0, "seconds": 0.1, "expires_at": _expiry(task_id)}
    return ChunkMessage(task_id, numbers, chunk, **defaults | fields)


def _expiry(task_id: str) -> int:
    if not ids.is_keyed(task_id):
        return lifetime.expiry(ids.submitted_at(task_id), 7 * 86_400)
    item = table.get(task_id, table.TASK)  # it may have been submitted in the second before
    return int(item["expires_at"]) if item else lifetime.expiry(clock.now(), 7 * 86_400)


def set_chunk_size(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    """Make the chunks of lists have this many numbers."""
    monkeypatch.setattr(chunks, "MAX_CHUNK_NUMBERS", numbers)


def number_task(**fields: Any) -> NumberTask:
    """Return a single number's waiting task, with the given other fields."""
    return NumberTask(**COMMON | {"task_id": ids.new_id()} | fields)


def list_task(**fields: Any) -> ListTask:
    """Return the task of a list of ten numbers in three waiting chunks, with the given other fields."""
    return ListTask(**COMMON | {"task_id": ids.new_id(), "total": 10, "chunks": 3, "remaining": 3} | fields)


def lower_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the consumers' limits so that each of the numbers takes the way that is named above."""
    monkeypatch.setattr(thresholds, "MAX_SCREENING_SECONDS", 1e-4)
    monkeypatch.setattr(thresholds, "MAX_SHORT_CHUNK_SECONDS", 1e-4)
    monkeypatch.setattr(thresholds, "MAX_SHORT_SCREENING_SECONDS", 1e-3)
    monkeypatch.setattr(thresholds, "MAX_SHORT_CURVE_SECONDS", 0.004)
    monkeypatch.setattr(thresholds, "MIN_STORED_SECONDS", 0.004)


def forget_results() -> None:
    """Delete the stored results, so that the numbers are computed again."""
    keys = [table.key_of(stored_results.key(number), table.TASK) for number in VERDICTS]
    requests: Any = [{"DeleteRequest": {"Key": key}} for key in keys]
    dynamodb().batch_write_item(RequestItems={settings().table_name: requests})


def read_number(task_id: str) -> NumberTask:
    task = read_task(task_id)
    assert isinstance(task, NumberTask), task
    return task


def read_list(task_id: str) -> ListTask:
    task = read_task(task_id)
    assert isinstance(task, ListTask), task
    return task


def result_of(task_id: str) -> Result:
    result = read_number(task_id).result
    assert result
    return result


def factorization_of(task_id: str) -> Factorization:
    factorization = read_number(task_id).factorization
    assert factorization
    return factorization


def results_of(task_id: str) -> list[ListResult]:
    """Return the results of a list's finished chunks."""
    task = read_list(task_id)
    return list_pages.read_page(task_id, task.chunks, PageRequest((1, 0), task.total + 1, 10**9, 60))[0]


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
            == (certificates.read(task.certificate_key or task_id, submitted) is not None)
        )
        return
    assert isinstance(submitted, list)
    primes = sum(VERDICTS[number] == "prime" for number in submitted)
    assert (task.primes, task.composites) == (primes, len(submitted) - primes)
    results = results_of(task_id)
    assert [(result.index, result.result.number) for result in results] == list(enumerate(submitted))
    # Lists are screened only: a large prime is a probable prime there.
    found = [result.result.verdict.replace("probable_", "") for result in results]
    assert found == [VERDICTS[number] for number in submitted]
