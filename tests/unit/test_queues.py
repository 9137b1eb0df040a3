from collections import Counter

import pytest

from chalicelib import queues, sending
from chalicelib.queues import QUEUES, Counts, Queue
from chalicelib.settings import settings
from chalicelib.tasks import ids
from chalicelib.tasks.chunks import split
from tests.support.aws import receive
from tests.support.tasks import number_message

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param([7, 11, 13], {Queue.LISTS: 1}, id="cheap"),
        pytest.param([10**9_999 + 33_603] * 6, {Queue.LONG_LISTS: 6}, id="six numbers of ten seconds"),
        pytest.param([2**1_024 - 1] * 20_000, {Queue.LONG_LISTS: 51, Queue.LISTS: 1}, id="many of a millisecond"),
        pytest.param([7, 11, 10**9_999 + 33_603, 13], {Queue.LISTS: 2, Queue.LONG_LISTS: 1}, id="mixed"),
    ],
)
def test_a_chunk_starts_in_the_queue_of_its_cost(numbers: list[int], expected: dict[Queue, int]) -> None:
    assert Counter(map(queues.first_queue, split(ids.new_id(), numbers, expires_at=1))) == expected


def test_a_queue_counts_what_waits_and_what_was_received() -> None:
    sending.send_all(Queue.LISTS, [number_message(11) for _ in range(3)])
    receive(Queue.LISTS, limit=1)
    assert queues.counts(Queue.LISTS) == Counts(waiting=2, in_flight=1, delayed=0)


def test_a_message_with_a_visibility_timeout_of_zero_is_received_again() -> None:
    sending.send(Queue.TASKS, number_message(11))
    (record,) = receive(Queue.TASKS)
    assert receive(Queue.TASKS) == []
    queues.set_visibility_timeout(Queue.TASKS, record["receiptHandle"], 0)
    assert [again["messageId"] for again in receive(Queue.TASKS)] == [record["messageId"]]


@pytest.mark.parametrize("queue", Queue)
def test_the_variable_of_a_queue_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, queue: Queue) -> None:
    monkeypatch.delenv(QUEUES[queue].url_variable)
    settings.cache_clear()
    with pytest.raises(RuntimeError, match=QUEUES[queue].url_variable):
        queues.counts(queue)
