"""A task changes while it is open and in the round of the message, and in no other case."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.errors import Unavailable
from chalicelib.primality.progress import Steps
from chalicelib.queues import Queue
from chalicelib.store import failures, table, transitions
from chalicelib.store.task_index import FAILED
from chalicelib.tasks.messages import NumberMessage
from chalicelib.tasks.status import Status
from tests.support.doubles import set_clock, unavailable
from tests.support.tasks import chunk_message, number_message, submit_list

pytestmark = pytest.mark.usefixtures("aws")

#: When a task is expected to be finished.
TIME = "2026-11-24T08:33:22.125Z"

Transition = Callable[[NumberMessage], object]

TRANSITIONS: dict[str, Transition] = {
    "start_proof": lambda message: transitions.start_proof(message, 1, TIME, Queue.PROOFS),
    "write_progress": lambda message: transitions.write_progress(message, Steps(1, 2)),
    "write_retry": lambda message: transitions.write_retry(message, 1, "the reason"),
    "write_failure": lambda message: transitions.write_failure(message, "the reason", 5),
}
every_transition = pytest.mark.parametrize("transition", TRANSITIONS.values(), ids=TRANSITIONS)


def new_task(status: Status, task_round: int = 0) -> NumberMessage:
    """Write a task with this status and round; return its message."""
    message = number_message(round=task_round)
    assert transitions.write(message, {"status": status, "finished_at": "then", "expires_at": 2**40})
    return message


def status_of(message: NumberMessage) -> Status:
    task = transitions.read(message.task_id)
    assert task
    return task.status


@every_transition
def test_a_message_changes_a_task_only_while_it_is_open_and_in_its_round(transition: Transition) -> None:
    for status in Status:
        message = new_task(status)
        item = table.get(message.task_id, table.TASK)
        assert bool(transition(message)) == (not status.is_final)
        assert (table.get(message.task_id, table.TASK) == item) == status.is_final
    later = new_task(Status.PENDING, 2)
    assert not transition(number_message(11, later.task_id, round=1))


def test_the_start_of_the_first_attempt_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch, 1_800_000_000.0)
    message = number_message()
    first = transitions.start_proof(message, 1, TIME, Queue.PROOFS)
    clock.seconds += 60
    second = transitions.start_proof(message, 2, TIME, Queue.PROOFS)
    assert first
    assert second
    assert second.started_at == first.started_at
    assert second.attempts == 2


def test_a_failed_chunk_is_kept_for_a_retry_before_its_list_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    message = chunk_message(submit_list([11]))
    monkeypatch.setattr(failures, "keep_chunk", unavailable)
    with pytest.raises(Unavailable):
        transitions.write_failure(message, "the reason", 5)
    task = transitions.read(message.task_id)
    assert task
    assert task.status is Status.PENDING


def test_a_failed_task_is_queued_again_once_and_shows_no_earlier_progress() -> None:
    message = number_message()
    started = transitions.start_proof(message, 1, TIME, Queue.PROOFS)
    assert started
    assert transitions.write_progress(message, Steps(1, 2))
    assert transitions.write_failure(message, "the reason", 5)
    assert transitions.requeue(started, 1, TIME, Queue.TASKS)
    assert not transitions.requeue(started, 1, TIME, Queue.TASKS)
    assert status_of(message) is Status.PENDING
    assert FAILED.shard not in (table.get(message.task_id, table.TASK) or {})
    task = transitions.start_proof(replace(message, round=1), 1, TIME, Queue.PROOFS)
    assert task
    assert task.progress is None
