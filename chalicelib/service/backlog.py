"""The expected wait of a message that is sent now: the messages before it, at the pace of the queue's consumers.

The wait is the messages of the queue times the mean time that a message takes, divided by the consumers that work at
once. Source: R. Ibrahim, W. Whitt, "Real-time delay estimation based on delay history", M&SOM 11 (2009), the
queue-length estimator.

A process counts a queue at most once in MAX_AGE_SECONDS, and reads the history only while messages wait. In between it
adds what it sends itself, and subtracts the time that passes.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from chalicelib import queues
from chalicelib.errors import Unavailable
from chalicelib.queues import QUEUES, Counts, Queue, consumers
from chalicelib.store import history
from chalicelib.store.history import STEP_SECONDS, History, Work

#: How long the count of a queue is used, and how long the history is, in seconds.
MAX_AGE_SECONDS, MAX_HISTORY_AGE_SECONDS = 2.0, 5.0
#: The mean is that of the last messages, at least this many.
ENOUGH_MESSAGES = 50


def wait_seconds(queue: Queue) -> float:
    """Return the expected wait of a message that is sent to a queue now; 0 if it is not known."""
    return _backlogs[queue].wait_seconds()


def note_sent(queue: Queue, seconds: float) -> None:
    """Add messages that this process has sent, by the seconds of one consumer that they take."""
    _backlogs[queue].sent += seconds / consumers(queue)


def is_empty(queue: Queue) -> bool:
    """Return whether no message waited at the last count."""
    return not _backlogs[queue].counted


def expected_wait(queue: Queue, counts: Counts, past: History) -> float | None:
    """Return the expected wait of a message that is sent now, in seconds; None for the dead letters."""
    if queue is Queue.DEAD_LETTERS:
        return None
    if not counts.waiting and counts.in_flight < consumers(queue) * QUEUES[queue].batch_size:
        return 0.0
    return (counts.waiting + counts.in_flight) * message_seconds(queue, past) / consumers(queue)


def oldest_age(queue: Queue, counts: Counts, past: History) -> float | None:
    """Return the approximate wait of the oldest message in seconds; None if it is not known.

    It is the mean wait of the messages that the consumers took in the last step with any, and the time since that step.
    """
    if not counts.waiting:
        return 0.0
    steps = past.work.get(queue, [])
    for steps_ago, work in enumerate(reversed(steps)):
        if work.messages:
            return work.waited_ms / 1000 / work.messages + steps_ago * STEP_SECONDS
    return None


def message_seconds(queue: Queue, past: History) -> float:
    """Return the mean time that a consumer took for a message lately, in seconds."""
    last = Work()
    for work in reversed(past.work.get(queue, [])):
        last = Work(*map(sum, zip(last, work, strict=True)))
        if last.messages >= ENOUGH_MESSAGES:
            break
    return last.busy_ms / 1000 / last.messages if last.messages else QUEUES[queue].typical_seconds


@dataclass(slots=True)
class _Backlog:
    """The backlog of a queue, as this process has seen it."""

    queue: Queue
    #: The wait at the last count, and the time of that (monotonic).
    counted: float = 0.0
    counted_at: float | None = None
    #: What this process has sent since, in seconds of wait.
    sent: float = 0.0
    #: Since when messages wait and the history has none that was taken (monotonic); None where it has one.
    stalled_since: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_seconds(self) -> float:
        now = time.monotonic()
        is_old = self.counted_at is None or now - self.counted_at >= MAX_AGE_SECONDS
        if is_old and self._lock.acquire(blocking=False):  # the other threads go on with what is known
            try:
                self._count()
            finally:
                self._lock.release()
        passed = 0.0 if self.counted_at is None else max(0.0, now - self.counted_at)
        return max(0.0, self.counted + self.sent - passed)

    def _count(self) -> None:
        self.sent, self.counted_at = 0.0, time.monotonic()
        try:
            counts = queues.counts(self.queue)
            past = _last_history.recent() if counts.waiting else History(0, {})
        except Unavailable:  # an estimate is not worth a refused request: the next count is due as after any other
            return
        is_stalled = counts.waiting > 0 and not any(work.messages for work in past.work.get(self.queue, []))
        self.stalled_since = (self.stalled_since or self.counted_at) if is_stalled else None
        # Nobody knows when consumers that take nothing begin again: after as long again.
        stalled = 0.0 if self.stalled_since is None else self.counted_at - self.stalled_since
        self.counted = max(expected_wait(self.queue, counts, past) or 0.0, stalled)


_backlogs: dict[Queue, _Backlog] = {queue: _Backlog(queue) for queue in history.COUNTED}


@dataclass(slots=True)
class _LastHistory:
    """The history that was read last, and when that was (monotonic)."""

    #: One value, so that a thread never has the time of another reading.
    read: tuple[float, History] | None = None

    def recent(self) -> History:
        """Return it; read it again if it is old."""
        now, read = time.monotonic(), self.read
        if read is None or now - read[0] >= MAX_HISTORY_AGE_SECONDS:
            read = self.read = now, history.read()
        return read[1]


_last_history = _LastHistory()
