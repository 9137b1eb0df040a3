"""A task that fails says why, ends, and can be tried again."""

from __future__ import annotations

from itertools import pairwise

import pytest

from chalicelib.errors import Conflict, NotFound
from chalicelib.settings import settings
from chalicelib.tasks import chunks, dead_letters, deliveries, ids, lists, reading, steer, submit, worker
from chalicelib.telemetry import Invocation
from tests.aws import receive, run_worker

pytestmark = pytest.mark.usefixtures("aws")


def bury_what_is_queued() -> None:
    """Make dead letters of what is on the tasks queue."""
    records = receive(settings().tasks_queue_url)
    for record in records:
        record["attributes"]["ApproximateReceiveCount"] = "5"
    assert dead_letters.bury(records, Invocation("test")) == {"batchItemFailures": []}


def test_a_dead_letter_fails_its_task_with_the_reason_of_the_last_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> object:
        raise MemoryError("no more")

    monkeypatch.setattr(worker, "screen_thoroughly", fail)
    task_id = submit.submit_number(11)
    records = receive(settings().tasks_queue_url)
    worker.work(records, Invocation("test"))
    dead_letters.bury(records, Invocation("test"))
    task = reading.find(task_id)
    assert (task.status, task.error, task.attempts) == ("FAILURE", "the number: MemoryError: no more", 5)
    assert [failed.task_id for failed in reading.failed_tasks()] == [task_id]


def test_a_dead_letter_of_which_nothing_is_known_fails_its_task_all_the_same() -> None:
    task_id = submit.submit_number(11)
    bury_what_is_queued()
    task = reading.find(task_id)
    assert task.status == "FAILURE"
    assert task.error
    assert task.error.startswith("the number: given up after 5 attempts")


def test_a_dead_letter_of_a_finished_task_changes_nothing() -> None:
    task_id = submit.submit_number(11)
    records = receive(settings().tasks_queue_url)
    worker.work(records, Invocation("test"))
    dead_letters.bury(records, Invocation("test"))
    assert reading.find(task_id).status == "SUCCESS"


def test_a_failed_task_that_is_tried_again_is_answered() -> None:
    task_id = submit.submit_number(11)
    bury_what_is_queued()
    steer.retry(task_id)
    task = reading.find(task_id)
    assert (task.status, task.attempts, task.error) == ("PENDING", 0, None)
    run_worker()
    assert reading.find(task_id).status == "SUCCESS"
    assert reading.failed_tasks() == []


def test_a_retry_that_died_before_its_record_was_written_is_still_a_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = submit.submit_number(11)
    bury_what_is_queued()
    monkeypatch.setattr("chalicelib.tasks.records.requeue", lambda *_: False)
    steer.retry(task_id)
    run_worker()
    assert reading.find(task_id).status == "SUCCESS"


def test_a_dead_letter_of_an_earlier_round_changes_nothing() -> None:
    task_id = submit.submit_number(11)
    first = receive(settings().tasks_queue_url)
    dead_letters.bury(first, Invocation("test"))
    steer.retry(task_id)
    dead_letters.bury(first, Invocation("test"))
    worker.work(first, Invocation("test"))
    assert reading.find(task_id).status == "PENDING"
    run_worker()
    assert reading.find(task_id).status == "SUCCESS"


def test_a_task_that_has_not_failed_cannot_be_tried_again() -> None:
    task_id = submit.submit_number(11)
    with pytest.raises(Conflict, match="PENDING"):
        steer.retry(task_id)
    run_worker()
    with pytest.raises(Conflict, match="SUCCESS"):
        steer.retry(task_id)


def test_a_final_task_cannot_be_cancelled() -> None:
    task_id = submit.submit_number(11)
    run_worker()
    with pytest.raises(Conflict, match="SUCCESS"):
        steer.cancel(task_id)


def test_an_unknown_task_can_be_neither_cancelled_nor_tried_again() -> None:
    for act in (steer.cancel, steer.retry):
        with pytest.raises(NotFound):
            act("nobody")
        with pytest.raises(NotFound):
            act(ids.new_id(now=1.0))


def test_the_delay_before_the_next_attempt_grows_with_each() -> None:
    delays = [deliveries.delay(attempts) for attempts in range(1, 6)]
    assert all(later > 3 * earlier for earlier, later in pairwise(delays))


class TestOfAList:
    """A poisoned chunk fails the list, and the list alone."""

    @pytest.fixture(autouse=True)
    def three_chunks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make chunks of three numbers."""
        monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 3)

    @pytest.fixture
    def failed_list(self) -> str:
        """Give a list of seven numbers whose second chunk is a dead letter and whose others are not done."""
        task_id = submit.submit_list(list(range(7)))
        records = receive(settings().tasks_queue_url)
        dead_letters.bury(records[1:2], Invocation("test"))
        self.others = [records[0], records[2]]
        return task_id

    def test_the_reason_names_the_chunk(self, failed_list: str) -> None:
        task = reading.find(failed_list)
        assert task.status == "FAILURE"
        assert task.error
        assert task.error.startswith("chunk 2 of 3 (numbers 3 to 5 of the list)")

    def test_the_other_chunks_results_stay_readable(self, failed_list: str) -> None:
        worker.work(self.others, Invocation("test"))
        rows, _ = lists.rows(failed_list, 1, 0, 100, 10**6)
        assert [row.index for row in rows] == [0, 1, 2, 6]
        assert reading.find(failed_list).status == "FAILURE"

    def test_a_retry_answers_the_chunk_that_failed(self, failed_list: str) -> None:
        worker.work(self.others, Invocation("test"))
        steer.retry(failed_list)
        assert reading.find(failed_list).status == "STARTED"
        run_worker()
        task = reading.find(failed_list)
        assert (task.status, task.primes, task.composites) == ("SUCCESS", 3, 4)
        rows, _ = lists.rows(failed_list, 1, 0, 100, 10**6)
        assert [row.index for row in rows] == list(range(7))

    def test_a_second_chunk_that_fails_after_a_retry_fails_the_list_again(self, failed_list: str) -> None:
        steer.retry(failed_list)
        dead_letters.bury(self.others[:1], Invocation("test"))
        run_worker()
        assert reading.find(failed_list).status == "FAILURE"
        steer.retry(failed_list)
        worker.work(self.others[1:], Invocation("test"))
        run_worker()
        assert reading.find(failed_list).status == "SUCCESS"
