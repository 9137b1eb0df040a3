"""The worker answers what is cheap, forwards what is not, and no message harms another."""

from __future__ import annotations

import json

import pytest

from chalicelib.primality import small_primes
from chalicelib.settings import settings
from chalicelib.tasks import ids, queues, reading, steer, submit, table, worker
from chalicelib.tasks.messages import encode, single
from chalicelib.telemetry import Invocation
from tests.aws import receive, record_of, run_prover, run_worker
from tests.spying import spy

pytestmark = pytest.mark.usefixtures("aws")

#: A composite without a small factor that takes seconds to screen.
HUGE = (2**127 - 1) ** 130


@pytest.mark.parametrize(
    ("number", "verdict"),
    [(11, "prime"), (9, "composite"), (1, "not_prime"), (-7, "not_prime"), (2**61 - 1, "prime")],
    ids=["prime", "square", "one", "negative", "mersenne"],
)
def test_a_small_number_is_answered_by_one_delivery(number: int, verdict: str) -> None:
    task_id = submit.submit_number(number)
    assert reading.find(task_id).status == "PENDING"
    run_worker()
    task = reading.find(task_id)
    assert (task.status, task.attempts) == ("SUCCESS", 1)
    assert task.result
    assert (task.result["number"], task.result["verdict"], task.result["proven"]) == (str(number), verdict, True)


def test_a_prime_that_is_not_proven_is_started_and_forwarded() -> None:
    task_id = submit.submit_number(10**100 + 267)
    run_worker()
    task = reading.find(task_id)
    assert task.status == "STARTED"
    assert task.result
    assert (task.result["verdict"], task.result["proven"]) == ("probable_prime", False)
    assert queues.counts(settings().proofs_queue_url).waiting == 1


def test_a_prime_above_64_bits_waits_for_its_certificate() -> None:
    task_id = submit.submit_number(10**20 + 39)
    run_worker()
    task = reading.find(task_id)
    assert task.status == "STARTED"
    assert task.result
    assert (task.result["verdict"], task.result["proven"]) == ("prime", True)
    run_prover()
    task = reading.find(task_id)
    assert task.result
    assert (task.status, task.result["certificate"]) == ("SUCCESS", True)


def test_a_huge_number_with_a_small_factor_is_answered_by_the_worker() -> None:
    task_id = submit.submit_number(10**10_000 - 1)
    run_worker()
    task = reading.find(task_id)
    assert task.result
    assert (task.status, task.result["witness"]) == ("SUCCESS", {"factor": "3"})


def test_a_number_too_large_for_the_worker_is_forwarded_unscreened() -> None:
    task_id = submit.submit_number(HUGE)
    run_worker()
    task = reading.find(task_id)
    assert (task.status, task.result) == ("STARTED", None)
    assert queues.counts(settings().proofs_queue_url).waiting == 1


def test_a_message_delivered_twice_finishes_the_task_once() -> None:
    task_id = submit.submit_number(11)
    (record,) = receive(settings().tasks_queue_url)
    worker.work([record, record], Invocation("test"))
    first = table.get(task_id, table.TASK)
    assert worker.work([record], Invocation("test")) == {"batchItemFailures": []}
    assert table.get(task_id, table.TASK) == first


def test_a_cancelled_task_is_never_started() -> None:
    task_id = submit.submit_number(11)
    steer.cancel(task_id)
    run_worker()
    assert reading.find(task_id).status == "REVOKED"


TASK_ID = ids.new_id()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param("not json", id="not json"),
        pytest.param("[" * 100_000, id="deep json"),
        pytest.param("[]", id="list"),
        pytest.param("null", id="null"),
        pytest.param("{}", id="no fields"),
        pytest.param('{"task_id": 1, "numbers": "b"}', id="id is a number"),
        pytest.param('{"task_id": "nobody", "numbers": "b"}', id="id is malformed"),
        pytest.param(json.dumps({"task_id": TASK_ID, "numbers": "xyz"}), id="not hexadecimal"),
        pytest.param(json.dumps({"task_id": TASK_ID, "numbers": ""}), id="no numbers"),
        pytest.param(json.dumps({"task_id": TASK_ID, "numbers": 11}), id="numbers is a number"),
        pytest.param(json.dumps({"task_id": TASK_ID, "numbers": "b", "chunk": -1}), id="negative chunk"),
        pytest.param(json.dumps({"task_id": TASK_ID, "numbers": "b", "chunk": 3, "chunks": 2}), id="chunk beyond"),
        pytest.param(json.dumps({"task_id": TASK_ID, "numbers": "b", "more": 1}), id="unknown field"),
        pytest.param(json.dumps({"task_id": TASK_ID, "numbers": "b c"}), id="two numbers"),
    ],
)
def test_a_message_that_is_none_of_ours_is_logged_and_done_with(body: str) -> None:
    invocation = Invocation("test")
    assert worker.work([record_of(body)], invocation) == {"batchItemFailures": []}
    assert "unknown_messages" in json.loads(invocation.line())


def test_one_bad_message_leaves_the_rest_of_its_batch_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = worker.screen

    def fail_at_13(number: int) -> object:
        if number == 13:
            raise MemoryError("no more")
        return screen(number)

    monkeypatch.setattr(worker, "screen_thoroughly", fail_at_13)
    good, bad = [submit.submit_number(n) for n in (11, 17)], submit.submit_number(13)
    records = receive(settings().tasks_queue_url)
    failed = {json.loads(record["body"])["task_id"]: record["messageId"] for record in records}[bad]
    assert worker.work(records, Invocation("test")) == {"batchItemFailures": [{"itemIdentifier": failed}]}
    assert [reading.find(task_id).status for task_id in good] == ["SUCCESS", "SUCCESS"]
    task = reading.find(bad)
    assert (task.status, task.attempts, task.error) == ("RETRY", 1, "the number: MemoryError: no more")


def test_a_result_that_does_not_check_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_primes, "smallest_factor", lambda _: 11)
    task_id = submit.submit_number(35)
    run_worker()
    task = reading.find(task_id)
    assert (task.status, task.result) == ("RETRY", None)


def test_the_statement_of_a_batch_is_one_call_whatever_the_batch_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = spy(monkeypatch, table, "insert_all")
    records = [record_of(encode(single(ids.new_id(), n))) for n in range(10)]
    worker.work(records, Invocation("test"))
    assert [len(items) for _, items in calls] == [10]
