"""A dead letter fails its task, with the reason."""

from itertools import pairwise

import pytest

from chalicelib import queues
from chalicelib.consumers import list_worker, worker
from chalicelib.queues import Queue
from chalicelib.service import monitor, read
from chalicelib.store import transitions
from chalicelib.tasks.messages import encode
from chalicelib.tasks.status import Status
from tests.support.aws import receive, record_of
from tests.support.consumers import handle, redriven
from tests.support.doubles import out_of_memory, spy, unavailable
from tests.support.tasks import number_message, set_chunk_size, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")


def test_a_dead_letter_fails_its_task_with_the_reason_of_the_last_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "screen_thoroughly", out_of_memory)
    task_id = submit_number(11)
    records = receive(Queue.TASKS)
    handle(Queue.TASKS, records)
    handle(Queue.DEAD_LETTERS, records)
    task = read.read_task(task_id)
    assert task.status is Status.FAILURE
    assert task.error == "the number: MemoryError: no more"
    assert task.attempts == 5
    assert [failed.task_id for failed in monitor.failed_tasks()] == [task_id]


def test_a_dead_letter_without_a_failed_attempt_goes_to_its_first_queue_once() -> None:
    task_ids = [submit_number(11), submit_list([2, 2**40_000])]
    queues_of = (Queue.TASKS, Queue.LONG_LISTS)
    records = [receive(queue)[0] for queue in queues_of]
    assert handle(Queue.DEAD_LETTERS, records) == {"batchItemFailures": []}
    assert [queues.counts(queue).delayed for queue in queues_of] == [1, 1]
    assert [read.read_task(task_id).status for task_id in task_ids] == [Status.PENDING] * 2


def test_a_dead_letter_waits_longer_before_each_attempt_while_the_table_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    monkeypatch.setattr(transitions, "read", unavailable)
    for receive_count in (1, 2, 3, 4, 9):
        record = record_of(encode(number_message()), receive_count)
        failed = [{"itemIdentifier": record["messageId"]}]
        assert handle(Queue.DEAD_LETTERS, [record]) == {"batchItemFailures": failed}
    delays = [call[-1] for call in hidden]
    assert delays[0] >= 2
    assert all(later > 3 * earlier for earlier, later in pairwise(delays[:-1]))
    assert delays[-1] >= 128


def test_the_error_of_another_chunk_is_not_the_reason_of_a_failed_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 1)
    monkeypatch.setattr(list_worker, "screen_chunk", out_of_memory)
    task_id = submit_list([11, 13])
    first, second = receive(Queue.LISTS)
    handle(Queue.LISTS, [first])
    assert "no more" in (read.read_task(task_id).error or "")
    handle(Queue.DEAD_LETTERS, redriven([second]))
    error = read.read_task(task_id).error or ""
    assert error.startswith("chunk 2 of 2 (numbers 1 to 1 of the list): 10 attempts ended without an error")
    assert "no more" not in error
