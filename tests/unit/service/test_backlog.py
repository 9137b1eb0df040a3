"""The wait of a queue is what is before a new message, at the pace of the consumers; nobody waits for its count."""

from types import SimpleNamespace

import pytest

from chalicelib import queues
from chalicelib.queues import QUEUES, Counts, Queue
from chalicelib.service import backlog
from chalicelib.store import history
from chalicelib.store.history import History, Work
from tests.support.doubles import unavailable

#: Proofs of four seconds each.
PROOFS = History(0, {}, {Queue.PROOFS: [Work(), Work(10, 40_000, 90_000), Work(), Work()]})


@pytest.fixture
def seconds(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time that the backlog sees, as its sum."""
    passed = [100.0]
    monkeypatch.setattr(backlog, "time", SimpleNamespace(monotonic=lambda: sum(passed)))
    return passed


def set_counts(monkeypatch: pytest.MonkeyPatch, waiting: int) -> list[Queue]:
    """Let the queues hold these messages; return a list that grows by each queue that is counted."""
    counted: list[Queue] = []

    def counts(queue: Queue) -> Counts:
        counted.append(queue)
        return Counts(waiting, in_flight=0, delayed=0)

    monkeypatch.setattr(queues, "counts", counts)
    monkeypatch.setattr(history, "read", lambda: PROOFS)
    return counted


def test_the_wait_is_the_messages_before_by_their_mean_time_and_the_consumers(aws: None) -> None:
    waiting = Counts(waiting=45, in_flight=5, delayed=100)
    assert backlog.expected_wait(Queue.PROOFS, waiting, PROOFS) == 50 * 4.0 / QUEUES[Queue.PROOFS].concurrency


def test_a_message_that_finds_a_consumer_free_does_not_wait(aws: None) -> None:
    busy = QUEUES[Queue.PROOFS].concurrency
    assert backlog.expected_wait(Queue.PROOFS, Counts(0, busy - 1, 0), PROOFS) == 0
    assert backlog.expected_wait(Queue.PROOFS, Counts(0, busy, 0), PROOFS) == 4.0


def test_dead_letters_have_no_expected_wait() -> None:
    assert backlog.expected_wait(Queue.DEAD_LETTERS, Counts(5, 0, 0), PROOFS) is None


def test_the_slots_say_how_many_consumers_there_are(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "settings", lambda: SimpleNamespace(slots={"tasks": 40, "proofs": 2}))
    assert [queues.consumers(queue) for queue in (Queue.TASKS, Queue.PROOFS, Queue.LISTS)] == [4, 2, 20]


def test_the_mean_time_is_that_of_the_last_messages() -> None:
    steps = [Work(1_000, 9_000_000, 0), Work(30, 3_000, 0), Work(30, 9_000, 0), Work()]
    assert backlog.message_seconds(Queue.TASKS, History(0, {}, {Queue.TASKS: steps})) == 0.2
    assert backlog.message_seconds(Queue.TASKS, History(0, {}, {})) == QUEUES[Queue.TASKS].typical_seconds


def test_the_age_of_the_oldest_message_is_seen_from_those_that_were_taken_last() -> None:
    assert backlog.oldest_age(Queue.PROOFS, Counts(3, 0, 0), PROOFS) == 9.0 + 2 * history.STEP_SECONDS
    assert backlog.oldest_age(Queue.PROOFS, Counts(0, 3, 0), PROOFS) == 0
    assert backlog.oldest_age(Queue.TASKS, Counts(3, 0, 0), PROOFS) is None


def test_a_queue_is_counted_once_in_two_seconds(seconds: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    counted = set_counts(monkeypatch, 10)
    for _ in range(50):
        backlog.wait_seconds(Queue.PROOFS)
        seconds.append(0.1)
    assert counted == [Queue.PROOFS] * 3


def test_the_wait_shrinks_with_time_and_grows_by_what_is_sent(
    seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_counts(monkeypatch, 10)
    assert backlog.wait_seconds(Queue.PROOFS) == 4.0
    seconds.append(1.5)
    backlog.note_sent(Queue.PROOFS, 20.0)
    assert backlog.wait_seconds(Queue.PROOFS) == pytest.approx(4.0 - 1.5 + 2.0)


def test_a_queue_of_which_nothing_is_taken_waits_as_long_again(
    seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_counts(monkeypatch, 10)
    waits = []
    for _ in range(3):
        waits.append(backlog.wait_seconds(Queue.TASKS))
        seconds.append(3_600.0)
    assert waits == [pytest.approx(0.0, abs=0.1), 3_600.0, 7_200.0]
    monkeypatch.setattr(history, "read", lambda: History(0, {}, {Queue.TASKS: [Work(1, 100, 0)]}))
    assert backlog.wait_seconds(Queue.TASKS) == pytest.approx(0.1 * 10 / 20)


def test_a_queue_that_cannot_be_counted_leaves_what_was_known(
    seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_counts(monkeypatch, 10)
    backlog.wait_seconds(Queue.PROOFS)
    monkeypatch.setattr(queues, "counts", unavailable)
    seconds.append(backlog.MAX_AGE_SECONDS)
    assert backlog.wait_seconds(Queue.PROOFS) == 4.0
    assert backlog.wait_seconds(Queue.LISTS) == 0.0


def test_the_history_is_read_only_while_messages_wait(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "read", lambda: pytest.fail("it was read"))
    assert backlog.wait_seconds(Queue.TASKS) == 0.0
