"""A task is queued again after it failed."""

import pytest

from chalicelib.errors import Conflict
from chalicelib.queues import Queue
from chalicelib.service import monitor, read
from chalicelib.service.retry import retry_task
from chalicelib.tasks.status import Status
from tests.support.aws import Record, receive
from tests.support.consumers import fail_waiting, handle, redriven, run
from tests.support.tasks import read_list, results_of, set_chunk_size, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")


def test_a_failed_task_that_is_retried_is_finished() -> None:
    task_id = submit_number(11)
    fail_waiting(Queue.TASKS)
    retry_task(task_id)
    task = read.read_task(task_id)
    assert (task.status, task.attempts, task.error) == (Status.PENDING, 0, None)
    assert monitor.failed_tasks() == []
    run(Queue.TASKS)
    assert read.read_task(task_id).status is Status.SUCCESS


def test_a_task_that_has_not_failed_cannot_be_retried() -> None:
    task_id = submit_number(11)
    with pytest.raises(Conflict, match="PENDING"):
        retry_task(task_id)
    run(Queue.TASKS)
    with pytest.raises(Conflict, match="SUCCESS"):
        retry_task(task_id)


class TestLists:
    """A list of seven numbers in three chunks; the second chunk fails."""

    others: list[Record]

    @pytest.fixture
    def failed_list(self, monkeypatch: pytest.MonkeyPatch) -> str:
        """Return the list's id; its other chunks are not finished."""
        set_chunk_size(monkeypatch, 3)
        task_id = submit_list(list(range(7)))
        records = receive(Queue.LISTS)
        handle(Queue.DEAD_LETTERS, redriven(records[1:2]))
        self.others = [records[0], records[2]]
        return task_id

    def test_a_retry_needs_only_the_chunk_that_failed(self, failed_list: str) -> None:
        handle(Queue.LISTS, self.others)
        retry_task(failed_list)
        assert read.read_task(failed_list).status is Status.STARTED
        assert run(Queue.LISTS) == 1
        task = read_list(failed_list)
        assert (task.status, task.primes, task.composites) == (Status.SUCCESS, 3, 4)
        assert [row.index for row in results_of(failed_list)] == list(range(7))

    def test_another_chunk_that_fails_after_a_retry_fails_the_list_again(self, failed_list: str) -> None:
        retry_task(failed_list)
        handle(Queue.DEAD_LETTERS, redriven(self.others[:1]))
        run(Queue.LISTS)
        assert read.read_task(failed_list).status is Status.FAILURE
        retry_task(failed_list)
        handle(Queue.LISTS, self.others[1:])
        run(Queue.LISTS)
        assert read.read_task(failed_list).status is Status.SUCCESS
