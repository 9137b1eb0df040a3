"""The numbers of a list are factored in its chunks; for a long list, in child processes."""

from typing import Any

import pytest

from chalicelib import queues, thresholds
from chalicelib.consumers import list_worker
from chalicelib.factorization.search import Found
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListResult
from tests.support.aws import receive
from tests.support.consumers import handle, run, run_all
from tests.support.doubles import spy
from tests.support.tasks import read_list, results_of, submit_list

pytestmark = pytest.mark.usefixtures("aws")

P, Q = 2**61 - 1, 2**89 - 1
#: Two primes of 120 and 121 bits, whose product takes a minute.
HARD = (3**75 + 16) * (5**51 + 114)


def shown(results: list[ListResult]) -> list[list[int] | None]:
    return [
        [factor.number for factor in entry.factorization.factors] if entry.factorization else None for entry in results
    ]


def test_a_list_is_factored_without_another_queue() -> None:
    task_id = submit_list([91, 7, 1, 3 * P], factors=True)
    assert run(Queue.LISTS) == 1
    assert shown(results_of(task_id)) == [[7, 13], [7], None, [3, P]]


def test_numbers_that_take_longer_are_factored_as_a_long_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "MAX_SHORT_CHUNK_SECONDS", 0.01)
    monkeypatch.setattr(thresholds, "MAX_INLINE_SECONDS", 0.0)
    task_id = submit_list([91, 3 * P * Q], factors=True)
    assert queues.counts(Queue.LONG_LISTS).waiting == 1
    run_all()
    assert shown(results_of(task_id)) == [[7, 13], [3, P, Q]]


def test_a_number_that_takes_too_long_is_left_with_its_cofactor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "MAX_SHORT_FACTORING_SECONDS", 0.0)
    task_id = submit_list([3 * HARD], factors=True)
    run(Queue.LONG_LISTS)
    (entry,) = results_of(task_id)
    assert entry.factorization is not None
    assert (shown([entry]), entry.factorization.cofactor) == ([[3]], HARD)


def test_what_the_functions_time_does_not_suffice_for_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_worker, "factor_in_child", lambda *_, **__: pytest.fail("no time is left"))
    task_id = submit_list([3 * HARD], factors=True)
    assert handle(Queue.LONG_LISTS, receive(Queue.LONG_LISTS), remaining_seconds=lambda: 20.5) == {
        "batchItemFailures": []
    }
    assert shown(results_of(task_id)) == [[]]


def test_a_cancelled_list_stops_at_its_next_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*arguments: Any, **_: Any) -> Found:
        cancel_task(task_id)
        arguments[5](None, None)
        raise AssertionError("the search continued after the cancel")

    monkeypatch.setattr(list_worker, "factor_in_child", endless)
    task_id = submit_list([3 * HARD], factors=True)
    assert handle(Queue.LONG_LISTS, receive(Queue.LONG_LISTS)) == {"batchItemFailures": []}
    assert read_list(task_id).status is Status.REVOKED


def test_a_chunk_of_many_numbers_sends_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_worker, "HEARTBEAT_SECONDS", 0.0)
    beats = spy(monkeypatch, queues, "set_visibility_timeout")
    submit_list([3 * P, 5 * P, 3 * HARD], factors=True)
    monkeypatch.setattr(thresholds, "MAX_SHORT_FACTORING_SECONDS", 0.0)
    run(Queue.LONG_LISTS)
    assert len(beats) >= 3
