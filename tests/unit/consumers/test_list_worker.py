"""The list worker screens chunks by few calls, and stops when a list is cancelled or its time ends."""

import pytest

from chalicelib import thresholds
from chalicelib.consumers import list_worker
from chalicelib.primality.lines import write_line
from chalicelib.primality.screening import screen
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.store import table
from chalicelib.tasks.status import Status
from tests.support.aws import receive
from tests.support.consumers import handle, run
from tests.support.doubles import calls_of, spy
from tests.support.tasks import read_list, results_of, set_chunk_size, submit_list

pytestmark = pytest.mark.usefixtures("aws")


def test_a_batch_of_one_list_costs_one_read_and_two_writes_a_chunk() -> None:
    submit_list([2**63 + n for n in range(25_000)])
    records = receive(Queue.LISTS)
    assert calls_of(lambda: handle(Queue.LISTS, records)) == ["GetItem", *["PutItem", "UpdateItem"] * 5]


@pytest.mark.parametrize("queue", [Queue.LISTS, Queue.LONG_LISTS])
def test_consecutive_numbers_have_the_results_of_each_alone(monkeypatch: pytest.MonkeyPatch, queue: Queue) -> None:
    monkeypatch.setattr(thresholds, "MAX_SHORT_CHUNK_SECONDS", 1.0 if queue is Queue.LISTS else 0.0)
    numbers = [*range(10**12, 10**12 + 600)]
    task_id = submit_list(numbers)
    run(queue)
    assert [write_line(entry.result) for entry in results_of(task_id)] == [
        write_line(screen(number)) for number in numbers
    ]
    assert read_list(task_id).primes == 22


def test_a_cancelled_list_is_not_screened_and_its_messages_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 1)
    screened = spy(monkeypatch, list_worker, "screen_chunk")
    task_id = submit_list(list(range(10)))
    cancel_task(task_id)
    before = table.get(task_id, table.TASK)
    assert handle(Queue.LISTS, receive(Queue.LISTS)) == {"batchItemFailures": []}
    assert screened == []
    assert table.get(task_id, table.TASK) == before


def test_a_chunk_for_which_no_time_is_left_is_sent_anew_and_not_counted_as_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_chunk_size(monkeypatch, 1)
    task_id = submit_list(list(range(3)))
    remaining = iter([60.0, 3.0, 3.0])
    response = handle(Queue.LISTS, receive(Queue.LISTS), remaining_seconds=lambda: next(remaining))
    assert response == {"batchItemFailures": []}
    assert read_list(task_id).remaining == 2
    again = receive(Queue.LISTS)
    assert [record["attributes"]["ApproximateReceiveCount"] for record in again] == ["1", "1"]
    handle(Queue.LISTS, again)
    assert read_list(task_id).status is Status.SUCCESS
