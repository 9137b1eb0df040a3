"""The prover proves, writes its progress, and forwards to the long proofs what takes long."""

import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import clock, queues, thresholds
from chalicelib.consumers import prover
from chalicelib.numbers.cost import proving_seconds
from chalicelib.primality import child
from chalicelib.primality.direction import Direction
from chalicelib.primality.progress import Elapsed, Progress, Searching
from chalicelib.primality.result import Proof, Result, Verdict
from chalicelib.queues import Queue
from chalicelib.service.outlook import outlook
from chalicelib.service.submit import NumberSubmission, submit
from chalicelib.store import result_codec, transitions
from chalicelib.tasks.messages import NumberMessage, decode
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import Found
from tests.support.aws import Record, receive
from tests.support.consumers import handle, run
from tests.support.doubles import calls_of, spy
from tests.support.tasks import read_number, result_of, submit_number

pytestmark = pytest.mark.usefixtures("aws")

PRIME = 10**100 + 267
#: The largest prime below 2^2048: a proof of about ten seconds.
LONG = 2**2048 - 1_942_289
#: A prime of 2,000 bits and a prime factor of N - 1 with over a third of them.
HELPER = 2**700 + 535
HELPED = (2**1299 + 3_424) * HELPER + 1


def forwarded(number: int = PRIME) -> tuple[str, list[Record]]:
    """Submit a number, let the worker forward it, and receive it as the prover does."""
    task_id = submit_number(number)
    run(Queue.TASKS)
    return task_id, receive(Queue.PROOFS)


def long_proof() -> tuple[str, list[Record]]:
    """Submit a prime with a long proof, let the worker forward it, and receive it as the prover does."""
    task_id = submit_number(LONG)
    run(Queue.TASKS)
    return task_id, receive(Queue.LONG_PROOFS)


def searched(monkeypatch: pytest.MonkeyPatch, distance: int) -> tuple[str, list[Record]]:
    """Submit a search that the worker forwards, receive it, and let it end at its deadline with this distance."""
    monkeypatch.setattr(thresholds, "MAX_WORKER_SEARCH_SECONDS", 0.0)
    task_id = submit_number(10**100, "10^100", find=Direction.NEXT)
    run(Queue.TASKS)

    def search(*arguments: Any) -> int:
        on_progress = arguments[4]
        on_progress(Searching("searching", 1.0, distance))
        assert read_number(task_id).progress == Searching("searching", 1.0, distance)
        return distance

    monkeypatch.setattr(prover, "search_in_child", search)
    return task_id, receive(Queue.PROOFS)


def test_a_search_whose_time_is_over_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        task_id, records = searched(patch, 266)
        assert handle(Queue.PROOFS, records) == {"batchItemFailures": []}
        assert read_number(task_id).status is Status.STARTED
    (record,) = records = receive(Queue.LONG_PROOFS)
    message = decode(record["body"])
    assert isinstance(message, NumberMessage)
    assert (message.number, message.find, message.searched) == (10**100, Direction.NEXT, 266)
    handle(Queue.LONG_PROOFS, records)
    task = read_number(task_id)
    assert (task.status, result_of(task_id).number, task.of) == (Status.SUCCESS, PRIME, 10**100)
    assert result_of(task_id).has_certificate is True


def test_a_search_that_came_no_further_is_a_failed_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id, records = searched(monkeypatch, 0)
    handle(Queue.PROOFS, records)
    assert read_number(task_id).status is Status.RETRY
    assert "did not get beyond a number in" in (read_number(task_id).error or "")


def test_a_proof_that_runs_is_expected_by_its_own_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    task_id, records = long_proof()
    monkeypatch.setattr(prover, "prove_in_child", lambda *_: pytest.fail("killed"))
    with pytest.raises(pytest.fail.Exception):
        handle(Queue.LONG_PROOFS, records)
    seen = outlook(read_number(task_id))
    assert seen is not None
    assert 5 < seen.seconds < proving_seconds(2_048)


def test_a_number_is_not_screened_again_for_its_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    screened: list[Result] = []

    def prove(result: Result, *_: object, **__: object) -> Proof:
        screened.append(result)
        return Proof(result)

    monkeypatch.setattr(prover, "prove_in_child", prove)
    monkeypatch.setattr(prover, "screen_in_child", lambda *_: pytest.fail("screened again"))
    _, records = forwarded()
    handle(Queue.PROOFS, records)
    assert [(result.number, result.verdict) for result in screened] == [(PRIME, Verdict.PROBABLE_PRIME)]


def test_a_known_factor_of_a_neighbour_makes_a_long_proof_short() -> None:
    task_id = submit(NumberSubmission(HELPED, factors=True, known_factors=(HELPER,))).task_id
    run(Queue.TASKS)
    handle(Queue.PROOFS, receive(Queue.PROOFS))
    assert result_of(task_id).method == "Pocklington"


@pytest.mark.parametrize("proof", [None, Proof(Result(LONG, Verdict.PROBABLE_PRIME))], ids=["killed", "given up"])
def test_a_proof_that_misses_its_deadline_ends_as_a_probable_prime(
    monkeypatch: pytest.MonkeyPatch, proof: Proof | None
) -> None:
    monkeypatch.setattr(prover, "prove_in_child", lambda *_: proof)
    task_id, records = long_proof()
    assert handle(Queue.LONG_PROOFS, records) == {"batchItemFailures": []}
    assert read_number(task_id).status is Status.SUCCESS
    assert result_of(task_id).verdict is Verdict.PROBABLE_PRIME
    assert result_of(task_id).proven is False


def test_a_heartbeat_hides_the_message_and_writes_the_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    seen: list[Progress | None] = []

    def slow(_: Result, __: float, on_progress: Callable[[Progress], None], *___: Any, **____: Any) -> None:
        calls.extend(calls_of(lambda: on_progress(Elapsed("proving", 1.0))))
        seen.append(read_number(task_id).progress)

    monkeypatch.setattr(prover, "prove_in_child", slow)
    task_id, records = forwarded()
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    handle(Queue.PROOFS, records)
    assert calls == ["ChangeMessageVisibility", "UpdateItem"]
    assert hidden[-1][-1] == 60
    assert seen == [Elapsed("proving", 1.0)]
    assert read_number(task_id).progress is None


def test_a_killed_child_is_a_failed_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(child.proving, "prove", killed)
    task_id, records = forwarded()
    response = handle(Queue.PROOFS, records)
    assert response == {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
    task = read_number(task_id)
    assert task.status is Status.RETRY
    assert re.search("ChildDied.*SIGKILL", task.error or "")
    assert result_of(task_id).verdict is Verdict.PROBABLE_PRIME


def test_a_result_that_needs_no_proof_is_final() -> None:
    task_id, records = forwarded()
    proven = replace(result_of(task_id), verdict=Verdict.PRIME)
    message = decode(records[0]["body"])
    transitions.write(message, result_codec.to_item(Found(result=proven)))
    handle(Queue.PROOFS, records)
    assert read_number(task_id).status is Status.SUCCESS


def test_a_proof_that_turns_out_to_be_long_is_forwarded_and_not_begun() -> None:
    task_id, records = long_proof()
    assert handle(Queue.PROOFS, records) == {"batchItemFailures": []}
    assert read_number(task_id).status is Status.STARTED
    assert result_of(task_id).verdict is Verdict.PROBABLE_PRIME
    assert queues.counts(Queue.LONG_PROOFS).waiting == 1
