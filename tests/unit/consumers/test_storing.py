"""A number that was proven or factored once is not computed again."""

from typing import Any

import pytest

from chalicelib import thresholds
from chalicelib.consumers import factorizer, prover
from chalicelib.factorization.factors import Factor, Factorization, collect
from chalicelib.factorization.search import Found
from chalicelib.primality.direction import Direction
from chalicelib.primality.result import Proof, Result, Verdict
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.service.read import read_certificate
from chalicelib.store import stored_results
from chalicelib.tasks.status import Status
from primes_core.verifier import verify
from tests.support.aws import receive
from tests.support.consumers import handle, run, run_all
from tests.support.doubles import calls_of, spy, unavailable
from tests.support.tasks import LARGE_COMPOSITE, read_number, submit_number

pytestmark = pytest.mark.usefixtures("aws")

#: A prime with a proof of some milliseconds.
PRIME = 10**60 + 7
#: A product of two primes, one of them with a certificate.
PRODUCT = 3 * PRIME
#: What is known of a product that takes a minute.
HARD = 3 * (2**120 + 451) * (2**119 + 9)
PARTLY = collect(HARD, [Factor(3, 1, Verdict.PRIME, "trial division"), Factor(HARD // 3, 1, Verdict.COMPOSITE, "ECM")])


@pytest.fixture(autouse=True)
def costly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let results of a millisecond be stored."""
    monkeypatch.setattr(thresholds, "MIN_STORED_SECONDS", 1e-3)


def computed(number: int, *, factors: bool = False) -> str:
    task_id = submit_number(number, factors=factors)
    run_all()
    return task_id


def test_a_proof_is_used_again_with_one_read_and_its_certificate_in_all_forms() -> None:
    first = computed(PRIME)
    again = submit_number(PRIME)
    records = receive(Queue.TASKS)
    assert calls_of(lambda: handle(Queue.TASKS, records)) == ["GetItem", "BatchExecuteStatement"]
    task, before = read_number(again), read_number(first)
    assert (task.status, task.result) == (Status.SUCCESS, before.result)
    assert (task.computed_at is None, before.computed_at) == (False, None)
    for name in ("isprime", "pari", "primo", "rocq"):
        assert read_certificate(again, name) == read_certificate(first, name)


def test_a_number_whose_result_is_not_stored_takes_no_call_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "MIN_STORED_SECONDS", 0.5)
    for number in (11, 2**607 - 1, PRODUCT, PRIME):
        submit_number(number)
    monkeypatch.setattr(stored_results, "find", lambda *_: pytest.fail("looked up"))
    monkeypatch.setattr(stored_results, "keep", lambda *_: pytest.fail("stored"))
    run_all()


def test_all_factors_are_used_again_with_their_certificates() -> None:
    first = computed(PRODUCT, factors=True)
    again = submit_number(PRODUCT, factors=True)
    run(Queue.TASKS)
    task = read_number(again)
    assert (task.status, task.factorization) == (Status.SUCCESS, read_number(first).factorization)
    assert verify(read_certificate(again, "pari", 2)).number == PRIME


def test_a_task_that_asks_for_no_factors_gets_none() -> None:
    number = LARGE_COMPOSITE  # its screening is costly as well
    stored_results.keep(
        stored_results.StoredResult(
            result=Result(number, Verdict.COMPOSITE),
            factorization=Factorization([], number),
            computed_at="2026-11-24T08:33:22.125Z",
            certificate_key="-",
            expires_at=2**32,
        )
    )
    with pytest.MonkeyPatch.context() as large:
        large.setattr(thresholds, "MAX_SCREENING_SECONDS", 1e-4)
        large.setattr(thresholds, "MIN_STORED_SECONDS", 1e-4)
        again = submit_number(number)
        run(Queue.TASKS)
    task = read_number(again)
    assert (task.status, task.factorization, task.computed_at is None) == (Status.SUCCESS, None, False)


def test_a_search_for_factors_starts_from_those_that_an_earlier_one_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[Any] = []

    def search(*arguments: Any, **_: Any) -> Found:
        known.append(arguments[2])
        return Found(PARTLY, "", has_more=False)

    monkeypatch.setattr(factorizer, "factor_in_child", search)
    tasks = [read_number(computed(HARD, factors=True)) for _ in range(2)]
    assert known == [None, PARTLY]
    assert [(task.factorization, task.computed_at) for task in tasks] == [(PARTLY, None)] * 2


def test_a_probable_prime_is_proven_for_the_next_who_asks_and_not_screened_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thresholds, "MAX_SCREENING_SECONDS", 1e-9)
    monkeypatch.setattr(thresholds, "MIN_STORED_SECONDS", 1e-9)
    with monkeypatch.context() as unlucky:
        unlucky.setattr(prover, "prove_in_child", lambda *_: None)
        first = computed(PRIME)
    monkeypatch.setattr(prover, "screen_in_child", lambda *_: pytest.fail("screened again"))
    task = read_number(computed(PRIME))
    assert [each.result and each.result.verdict for each in (read_number(first), task)] == ["probable_prime", "prime"]
    assert task.computed_at is None


@pytest.mark.parametrize(("factors", "queue"), [(False, Queue.PROOFS), (True, Queue.FACTORS)])
def test_a_message_that_waited_gets_the_result_that_was_computed_meanwhile(
    monkeypatch: pytest.MonkeyPatch, factors: bool, queue: Queue
) -> None:
    number = PRODUCT if factors else PRIME
    waiting = submit_number(number, factors=factors)
    run(Queue.TASKS)
    records = receive(queue)
    computed(number, factors=factors)
    monkeypatch.setattr(prover, "prove_in_child", lambda *_: pytest.fail("proven again"))
    monkeypatch.setattr(factorizer, "factor_in_child", lambda *_: pytest.fail("factored again"))
    handle(queue, records)
    assert read_number(waiting).status is Status.SUCCESS
    assert read_number(waiting).computed_at is not None


def test_a_result_that_cannot_be_kept_fails_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_results, "keep", unavailable)
    task_id = computed(PRIME)
    assert read_number(task_id).status is Status.SUCCESS
    assert read_certificate(task_id, "pari")


def test_a_cancelled_task_stores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def cancel(screened: Result, *_: object) -> Proof:
        cancel_task(task_id)
        return Proof(screened)

    kept = spy(monkeypatch, stored_results, "keep")
    monkeypatch.setattr(prover, "prove_in_child", cancel)
    task_id = submit_number(PRIME)
    run_all()
    assert (read_number(task_id).status, kept) == (Status.REVOKED, [])


def test_the_prime_that_a_search_finds_has_its_stored_proof() -> None:
    computed(PRIME)
    again = submit_number(PRIME - 1, find=Direction.NEXT)
    assert run(Queue.TASKS) == 1
    task = read_number(again)
    assert (task.status, task.result and task.result.number) == (Status.SUCCESS, PRIME)
    assert task.computed_at is not None
    assert verify(read_certificate(again, "pari")).number == PRIME
