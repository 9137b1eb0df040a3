"""The factorizer finds the factors of composites, keeps what it found, and forwards what takes long."""

from typing import Any

import pytest

from chalicelib import clock, queues, thresholds
from chalicelib.api import responses
from chalicelib.consumers import factorizer
from chalicelib.consumers.heartbeat import MARGIN_SECONDS
from chalicelib.factorization.factors import Factor, collect
from chalicelib.factorization.search import Found
from chalicelib.primality.progress import Counted, Elapsed
from chalicelib.primality.result import Verdict
from chalicelib.queues import Queue
from chalicelib.service import read
from chalicelib.service.cancel import cancel_task
from chalicelib.tasks.status import Status
from primes_core.verifier import verify
from tests.support.aws import Record, receive
from tests.support.consumers import handle, run, run_all
from tests.support.primality import RSA_100
from tests.support.tasks import factorization_of, read_number, result_of, submit_number

pytestmark = pytest.mark.usefixtures("aws")

#: Two primes of 120 and 121 bits, whose product takes a minute.
HARD = (3**75 + 16) * (5**51 + 114)
#: 3·HARD as far as its factors are known at once.
PARTLY = collect(
    3 * HARD, [Factor(3, 1, Verdict.PRIME, "trial division"), Factor(HARD, 1, Verdict.COMPOSITE, "algebraic")]
)
#: A quarter of a sieve.
SIEVING = Counted("quadratic sieve", 13.0, 25, 100, "percent")


def forwarded(number: int, expression: str | None = None) -> tuple[str, list[Record]]:
    """Submit a number with its factors, let the worker forward it, and receive it as the factorizer does."""
    task_id = submit_number(number, expression, factors=True)
    run(Queue.TASKS)
    return task_id, receive(Queue.FACTORS)


def factors_of(task_id: str) -> dict[int, int]:
    return {factor.number: factor.exponent for factor in factorization_of(task_id).factors}


def test_the_verdict_is_written_before_the_factors_are_looked_for() -> None:
    task_id, records = forwarded(2**256 - 1)
    task = read_number(task_id)
    assert (len(records), task.status, task.factorization) == (1, Status.STARTED, None)
    assert result_of(task_id).verdict is Verdict.COMPOSITE


def test_all_factors_are_found_and_each_large_prime_has_a_certificate() -> None:
    task_id, records = forwarded(2**256 - 1, "2^256-1")
    assert handle(Queue.FACTORS, records) == {"batchItemFailures": []}
    found = factorization_of(task_id)
    assert found.complete
    assert [factor.has_certificate for factor in found.factors] == [False] * 10 + [True]
    shown = responses.task_json(read_number(task_id), "")["result"]
    assert shown["parts"][-1] == {"notation": "2^128+1", "factors": (10, 11)}
    verification = verify(read.read_certificate(task_id, "pari", 11))
    assert (verification.valid, verification.number) == (True, 5704689200685129054721)


@pytest.mark.parametrize(("number", "expression"), [(91, None), (2**64 - 1, None), (97, None), (2**360 - 1, "2^360-1")])
def test_what_takes_milliseconds_has_its_factors_from_the_worker_alone(number: int, expression: str | None) -> None:
    task_id = submit_number(number, expression, factors=True)
    run(Queue.TASKS)
    assert read_number(task_id).status is Status.SUCCESS
    assert factors_of(task_id)
    assert queues.counts(Queue.FACTORS).waiting == 0


def test_a_prime_is_its_only_factor_with_its_certificate() -> None:
    task_id = submit_number(10**30 + 57, factors=True)
    run_all()
    assert factors_of(task_id) == {10**30 + 57: 1}
    assert factorization_of(task_id).factors[0].has_certificate
    assert read.read_certificate(task_id, "pari", 1) == read.read_certificate(task_id, "pari")


def test_a_number_below_2_is_a_plain_result() -> None:
    for number in (1, 0, -7):
        task_id = submit_number(number, factors=True)
        run(Queue.TASKS)
        task = read_number(task_id)
        assert (task.status, task.factorization) == (Status.SUCCESS, None)


def test_what_takes_longer_is_forwarded_with_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "MAX_SHORT_FACTORING_SECONDS", 0.0)
    task_id, records = forwarded(3 * HARD)
    assert handle(Queue.FACTORS, records) == {"batchItemFailures": []}
    assert (read_number(task_id).status, factors_of(task_id)) == (Status.STARTED, {3: 1})
    assert factorization_of(task_id).cofactor == HARD
    assert queues.counts(Queue.LONG_FACTORS).waiting == 1


def test_a_long_search_starts_from_what_is_known_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[Any] = []

    def search(*arguments: Any, **_: Any) -> Found:
        known.append(arguments[2])
        return Found(PARTLY, "")

    monkeypatch.setattr(factorizer, "factor_in_child", search)
    task_id, records = forwarded(3 * HARD)
    handle(Queue.FACTORS, records)
    handle(Queue.LONG_FACTORS, receive(Queue.LONG_FACTORS))
    task = read_number(task_id)
    assert known == [None, PARTLY]
    assert (task.status, task.factorization) == (Status.SUCCESS, PARTLY)


def test_progress_has_the_method_and_the_factors_while_the_search_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)

    def search(*arguments: Any, **_: Any) -> Found:
        for progress in (Counted("quadratic sieve", 3.0, 10, 100, "percent"), SIEVING):
            arguments[5](progress, PARTLY)
            monkeypatch.setattr(clock, "now", lambda: now + 10.0)
        task = read_number(task_id)
        seen.append((task.progress, task.factorization, task.expected_at))
        return Found(PARTLY, "", has_more=False)

    monkeypatch.setattr(factorizer, "factor_in_child", search)
    task_id, records = forwarded(3 * HARD)
    handle(Queue.FACTORS, records)
    assert seen == [(SIEVING, PARTLY, clock.rfc3339(now + 40.0))]


@pytest.mark.slow
def test_a_factorization_that_its_time_ends_is_a_success_with_a_cofactor() -> None:
    task_id, records = forwarded(3 * RSA_100)
    handle(Queue.LONG_FACTORS, records, remaining_seconds=lambda: MARGIN_SECONDS + 2.0)
    task = read_number(task_id)
    assert (task.status, factors_of(task_id)) == (Status.SUCCESS, {3: 1})
    shown = responses.task_json(task, "")["result"]
    assert (shown["complete"], shown["cofactor"]["number"]) == (False, str(RSA_100))
    assert shown["cofactor"]["verdict"] == "composite"


def test_a_cancelled_search_stops_at_its_next_heartbeat_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[Any] = []

    def search(*arguments: Any, **_: Any) -> Found:
        known.append(arguments[2])
        cancel_task(task_id)
        arguments[5](Elapsed("ECM", 3.0), PARTLY)
        raise AssertionError("the search continued after the cancel")

    monkeypatch.setattr(factorizer, "factor_in_child", search)
    for _ in range(2):
        task_id, records = forwarded(3 * HARD)
        for _ in range(2):  # nor does it begin again
            assert handle(Queue.FACTORS, records) == {"batchItemFailures": []}
        assert read_number(task_id).status is Status.REVOKED
    assert known == [None, PARTLY]
