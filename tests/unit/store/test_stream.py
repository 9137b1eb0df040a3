"""Exactly the writes that make a task final are found in the table's stream."""

import copy
from typing import Any

import pytest

from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.store import transitions
from chalicelib.store.stream import finished_task
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask
from tests.support.aws import receive
from tests.support.consumers import fail_waiting, handle, redriven, run, run_all
from tests.support.stream import Stream
from tests.support.tasks import (
    HARD_PRIME,
    LONG_PRIME,
    SQUARE,
    lower_limits,
    set_chunk_size,
    submit_keyed,
    submit_list,
    submit_number,
)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def stream(aws: None) -> Stream:
    return Stream()


def ends(stream: Stream) -> list[NumberTask | ListTask]:
    """Return the tasks that the writes since the last call have made final, one for each write."""
    return [task for record in stream.records() if (task := finished_task(record)) is not None]


def test_each_way_to_a_final_status_is_one_end_and_no_other_write_is(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch)
    set_chunk_size(monkeypatch, 2)
    submitted = [submit_number(11), submit_number(HARD_PRIME), submit_number(LONG_PRIME), submit_keyed([11], "number")]
    submitted += [submit_number(SQUARE, factors=True), submit_list([1, 2, 3, 4, 5]), submit_list([6])]
    submitted += [submit_keyed([1, 2, 3], "list", is_list=True)]
    cancelled = submit_number(13)
    cancel_task(cancelled)
    run_all()
    failed = submit_number(17)
    fail_waiting(Queue.TASKS)
    found = ends(stream)
    assert sorted(task.task_id for task in found) == sorted([*submitted, cancelled, failed])
    assert [task for task in found if task != read_task(task.task_id)] == []


def test_a_retry_that_fails_or_succeeds_is_another_end_of_its_task(stream: Stream) -> None:
    task_id = submit_number(11)
    fail_waiting(Queue.TASKS)
    for _ in range(2):
        retry_task(task_id)
        fail_waiting(Queue.TASKS)
    retry_task(task_id)
    run_all()
    assert [task.status for task in ends(stream)] == [Status.FAILURE] * 3 + [Status.SUCCESS]


def test_a_retry_that_ends_before_it_is_written_as_pending_is_an_end(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = submit_number(11)
    fail_waiting(Queue.TASKS)
    with monkeypatch.context() as patch:
        patch.setattr(transitions, "requeue", lambda *_: True)
        retry_task(task_id)
        fail_waiting(Queue.TASKS)
        retry_task(task_id)
        run_all()
    assert [task.status for task in ends(stream)] == [Status.FAILURE, Status.FAILURE, Status.SUCCESS]


def test_a_chunk_that_is_counted_in_a_failed_list_is_no_other_end(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_chunk_size(monkeypatch, 1)
    submit_list([2, 3, 5])
    first, *rest = receive(Queue.LISTS)
    handle(Queue.DEAD_LETTERS, redriven([first]))
    handle(Queue.LISTS, rest)
    handle(Queue.LISTS, [first])
    assert [task.status for task in ends(stream)] == [Status.FAILURE]


def test_what_expires_and_what_is_no_task_is_no_end(stream: Stream) -> None:
    submit_number(11)
    run(Queue.TASKS)
    (written,) = (record for record in stream.records() if finished_task(record))
    expired = copy.deepcopy(written) | {"eventName": "REMOVE"}
    expired["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    expired["dynamodb"]["OldImage"] = expired["dynamodb"].pop("NewImage")
    other: dict[str, Any] = copy.deepcopy(written)
    other["dynamodb"]["NewImage"]["task_id"] = {"S": "of no task"}
    assert (finished_task(expired), finished_task(other)) == (None, None)
