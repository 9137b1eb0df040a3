"""The worker finishes what is cheap, forwards what is not, and no message harms another."""

import json
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.consumers import worker
from chalicelib.factorization.search import Search
from chalicelib.primality import small_primes
from chalicelib.primality.direction import Direction
from chalicelib.primality.result import Verdict, Witness
from chalicelib.queues import Queue
from chalicelib.service import backlog, read
from chalicelib.service.outlook import outlook
from chalicelib.tasks.messages import encode
from chalicelib.tasks.status import Status
from primes_core.verifier import verify
from tests.support.aws import receive, record_of
from tests.support.consumers import handle, run
from tests.support.doubles import calls_of, out_of_memory
from tests.support.tasks import factorization_of, number_message, read_number, result_of, submit_number

pytestmark = pytest.mark.usefixtures("aws")

#: A composite without a small factor that takes seconds to screen.
LARGE = (2**127 - 1) ** 130


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        pytest.param(11, Verdict.PRIME, id="prime"),
        pytest.param(9, Verdict.COMPOSITE, id="square"),
        pytest.param(1, Verdict.NOT_PRIME, id="one"),
        pytest.param(-7, Verdict.NOT_PRIME, id="negative"),
        pytest.param(2**61 - 1, Verdict.PRIME, id="Mersenne"),
    ],
)
def test_a_small_number_is_finished_by_one_delivery(number: int, verdict: Verdict) -> None:
    task_id = submit_number(number)
    assert read.read_task(task_id).status is Status.PENDING
    run(Queue.TASKS)
    task, result = read_number(task_id), result_of(task_id)
    assert (task.status, task.attempts) == (Status.SUCCESS, 1)
    assert (result.number, result.verdict, result.proven) == (number, verdict, True)


def test_a_number_that_is_forwarded_says_when_its_next_result_is_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "wait_seconds", lambda queue: 500.0 if queue is Queue.PROOFS else 0.0)
    for number in (10**100 + 267, LARGE):
        task_id = submit_number(number)
        run(Queue.TASKS)
        seen = outlook(read_number(task_id))
        assert seen is not None
        assert 400 < seen.seconds < 620


def test_the_next_prime_of_a_small_number_is_finished_by_one_delivery() -> None:
    task_id = submit_number(10**9, "10^9", find=Direction.NEXT)
    run(Queue.TASKS)
    task, result = read_number(task_id), result_of(task_id)
    assert (task.status, result.number, result.proven) == (Status.SUCCESS, 10**9 + 7, True)
    assert (task.find, task.of, task.expression) == (Direction.NEXT, 10**9, "10^9")


def test_a_search_that_is_expected_to_take_long_is_left_to_a_prover() -> None:
    for number, queue in ((10**1_000, Queue.PROOFS), (10**9_999, Queue.LONG_PROOFS)):
        submit_number(number, find=Direction.NEXT)
        run(Queue.TASKS)
        assert queues.counts(queue).waiting == 1


def test_a_large_number_with_a_small_factor_is_finished_by_the_worker() -> None:
    task_id = submit_number(10**10_000 - 1)
    run(Queue.TASKS)
    assert read_number(task_id).status is Status.SUCCESS
    assert result_of(task_id).witness == Witness(factor=3)


def test_the_verdicts_of_a_batch_are_written_before_short_factors_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Any] = []

    def search(*arguments: Any, **limits: Any) -> Search:
        tasks = map(read_number, task_ids)
        seen.extend((task.status, result_of(task.task_id).verdict, task.factorization) for task in tasks)
        return Search(*arguments, **limits)

    monkeypatch.setattr(worker, "Search", search)
    task_ids = [submit_number(3 * (10**30 + 57), factors=True), submit_number(10**70)]
    run(Queue.TASKS)
    assert seen == [(Status.STARTED, Verdict.COMPOSITE, None), (Status.SUCCESS, Verdict.COMPOSITE, None)]
    assert (read_number(task_ids[0]).status, queues.counts(Queue.FACTORS).waiting) == (Status.SUCCESS, 0)
    assert [factor.number for factor in factorization_of(task_ids[0]).factors] == [3, 10**30 + 57]
    assert verify(read.read_certificate(task_ids[0], "pari", 2)).number == 10**30 + 57


def test_factors_that_take_longer_than_was_expected_are_left_to_a_factorizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "Search", lambda *arguments, **limits: Search(*arguments, **limits | {"limit": 0.0}))
    task_id = submit_number(3 * (2**61 - 1) * (3**39 + 82), factors=True)
    run(Queue.TASKS)
    assert (read_number(task_id).status, queues.counts(Queue.FACTORS).waiting) == (Status.STARTED, 1)


def test_a_batch_is_written_by_one_call() -> None:
    records = [record_of(encode(number_message(number))) for number in range(10)]
    assert calls_of(lambda: handle(Queue.TASKS, records)) == ["BatchExecuteStatement"]


def test_one_bad_message_does_not_affect_the_rest_of_its_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = worker.screen_thoroughly

    def fail_at_13(number: int) -> object:
        if number == 13:
            out_of_memory()
        return screen(number)

    monkeypatch.setattr(worker, "screen_thoroughly", fail_at_13)
    good, bad = [submit_number(number) for number in (11, 17)], submit_number(13)
    records = receive(Queue.TASKS)
    failed = {json.loads(record["body"])["task_id"]: record["messageId"] for record in records}[bad]
    assert handle(Queue.TASKS, records) == {"batchItemFailures": [{"itemIdentifier": failed}]}
    assert [read.read_task(task_id).status for task_id in good] == [Status.SUCCESS] * 2
    task = read.read_task(bad)
    assert (task.status, task.attempts, task.error) == (Status.RETRY, 1, "the number: MemoryError: no more")


def test_a_wrong_result_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_primes, "smallest_factor", lambda _: 11)
    task_id = submit_number(35)
    run(Queue.TASKS)
    task = read_number(task_id)
    assert (task.status, task.result) == (Status.RETRY, None)


def test_a_number_that_takes_long_to_screen_is_forwarded_without_a_result() -> None:
    task_id = submit_number(LARGE)
    run(Queue.TASKS)
    task = read_number(task_id)
    assert task.status is Status.STARTED
    assert task.result is None
    assert queues.counts(Queue.PROOFS).waiting == 1
