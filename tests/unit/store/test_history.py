"""The history has the numbers of each step of the last 15 minutes, by one call a second; waits are counted alike."""

import pytest

from chalicelib.queues import Queue
from chalicelib.store import history, waits
from chalicelib.store.history import Throughput, Work
from tests.support.doubles import set_clock, unavailable
from tests.support.polling import until

pytestmark = pytest.mark.usefixtures("aws")


def test_numbers_are_counted_in_the_step_in_which_they_were_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch, 1_800_000_003.0)
    for _ in range(10):
        history.add({Queue.TASKS: 2, Queue.LISTS: 5})
    clock.seconds += history.STEP_SECONDS
    history.add({Queue.TASKS: 1})
    found = history.read()
    assert found.numbers[Queue.TASKS][-2:] == [20, 1]
    assert found.numbers[Queue.LISTS][-2:] == [50, 0]
    assert found.until == 1_800_000_020


def test_the_work_of_a_queue_is_counted_beside_its_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MIN_INTERVAL_SECONDS", 0.0)
    throughput = Throughput()
    throughput.add(Queue.LISTS, 5_000, Work(messages=1, busy_ms=250, waited_ms=4_000))
    throughput.add(Queue.LISTS, 0, Work(messages=2, busy_ms=30))
    found = history.read()
    assert sum(found.numbers[Queue.LISTS]) == 5_000
    assert Work(*map(sum, zip(*found.work[Queue.LISTS], strict=True))) == Work(3, 280, 4_000)
    assert not any(map(any, found.work[Queue.TASKS]))


def test_the_first_batch_of_a_process_is_busy_since_it_was_received() -> None:
    assert Throughput().measure([90.0, 92.0], 100.0, 100.5) == Work(2, 500, 18_000)


@pytest.mark.parametrize(
    ("last_end", "sent", "busy_ms"),
    [
        pytest.param(99.5, 90.0, 1_000, id="messages-waited"),
        pytest.param(50.0, 99.75, 750, id="sent-since"),
        pytest.param(50.0, 60.0, 1_500, id="a-long-gap"),
    ],
)
def test_a_batch_is_busy_since_the_last_one_while_messages_waited(last_end: float, sent: float, busy_ms: int) -> None:
    throughput = Throughput()
    throughput.measure([0.0], 0.0, last_end)
    assert throughput.measure([sent], 100.0, 100.5).busy_ms == busy_ms


def test_what_is_older_than_15_minutes_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch, 1_800_000_000.0)
    history.add({Queue.PROOFS: 3})
    clock.seconds += history.STEPS * history.STEP_SECONDS
    found = history.read()
    assert [len(numbers) for numbers in found.numbers.values()] == [history.STEPS] * len(history.COUNTED)
    assert not any(map(sum, found.numbers.values()))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[dict[Queue, int]]:
    """Return the counts that are written, in place of writing them."""
    calls: list[dict[Queue, int]] = []
    monkeypatch.setattr(history, "add", lambda counts: calls.append(dict(counts)))
    return calls


def test_the_first_numbers_are_written_at_once(written: list[dict[Queue, int]]) -> None:
    Throughput().add(Queue.TASKS, 3)
    assert written == [{Queue.TASKS: 3}]


def test_later_numbers_are_written_together(written: list[dict[Queue, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MIN_INTERVAL_SECONDS", 0.2)
    throughput = Throughput()
    for _ in range(100):
        throughput.add(Queue.TASKS, 1)
        throughput.add(Queue.LISTS, 10)
    until(lambda: sum(counts.get(Queue.LISTS, 0) for counts in written) == 1000, "all numbers are written")
    assert sum(counts.get(Queue.TASKS, 0) for counts in written) == 100


def test_nothing_done_and_dead_letters_are_no_call(written: list[dict[Queue, int]]) -> None:
    Throughput().add(Queue.TASKS, 0)
    Throughput().add(Queue.DEAD_LETTERS, 0, Work(messages=1, busy_ms=9))
    assert written == []


def test_numbers_that_cannot_be_written_are_kept_for_the_next_write(
    written: list[dict[Queue, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    throughput = Throughput()
    with monkeypatch.context() as broken:
        broken.setattr(history, "add", unavailable)
        throughput.add(Queue.TASKS, 3)
    throughput.flush()
    assert written == [{Queue.TASKS: 3}]


def test_the_waits_of_a_step_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = set_clock(monkeypatch, 1_800_000_000.0)
    assert [waits.add(waits.current_step(), seconds) for seconds in (25, 3)] == [25, 28]
    now.seconds += waits.STEP_SECONDS
    assert waits.add(waits.current_step(), 2) == 2
