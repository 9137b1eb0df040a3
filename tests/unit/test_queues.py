from collections import Counter

import pytest

from chalicelib import queues
from chalicelib.queues import QUEUES, Queue
from chalicelib.settings import settings
from chalicelib.tasks import ids
from chalicelib.tasks.chunks import split

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


@pytest.mark.parametrize("queue", Queue)
def test_the_variable_of_a_queue_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, queue: Queue) -> None:
    monkeypatch.delenv(QUEUES[queue].url_variable)
    settings.cache_clear()
    with pytest.raises(RuntimeError, match=QUEUES[queue].url_variable):
        queues.counts(queue)
