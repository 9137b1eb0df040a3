"""The state of the service: its queues, its throughput, its failed tasks, and whether it responds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from chalicelib import clock, queues
from chalicelib.concurrently import in_parallel
from chalicelib.errors import Unavailable
from chalicelib.queues import Counts, Queue
from chalicelib.service import backlog
from chalicelib.settings import settings
from chalicelib.store import failures, history, transitions
from chalicelib.store.history import History
from chalicelib.tasks import ids
from chalicelib.tasks.task import FailedTask

#: How many failed tasks a page has.
FAILED_PAGE_TASKS = 20
#: How long numbers may wait while the workers finish none before the service is not healthy, in seconds.
MAX_STALL_SECONDS = 30.0
#: How many steps of the history must be empty then: at least 30 s.
RECENT_STEPS = 4


def queue_counts() -> dict[Queue, Counts]:
    """Return how many messages each queue holds."""
    return dict(zip(Queue, in_parallel([partial(queues.counts, queue) for queue in Queue]), strict=True))


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue as `GET /queue` shows it. What is not known is None."""

    counts: Counts
    #: How many messages its consumers can hold at once.
    slots: int | None
    #: How long a message that is sent now is expected to wait.
    expected_seconds: float | None
    #: About how long its oldest message has waited.
    oldest_seconds: float | None


def queue_states(past: History) -> dict[Queue, QueueState]:
    """Return the state of each queue, with the history that was just read."""
    return {
        queue: QueueState(
            counts,
            settings().slots.get(queue),
            backlog.expected_wait(queue, counts, past),
            backlog.oldest_age(queue, counts, past),
        )
        for queue, counts in queue_counts().items()
    }


def failed_tasks(before: str | None = None) -> list[FailedTask]:
    """Return a page of the tasks that failed last, newest first.

    Args:
        before: only those that failed before this time, RFC 3339.
    """
    return failures.latest(FAILED_PAGE_TASKS, before)


def read_history() -> History:
    """Return what the consumers of each queue did in the last 15 minutes."""
    return history.read()


def check_health() -> None:
    """Call the table and every queue, and check that the workers take numbers from theirs.

    Raises:
        Unavailable: a part does not respond, or the workers have finished nothing for a while although numbers wait.
    """
    transitions.read(ids.new_id())
    is_stalled = queue_counts()[Queue.TASKS].waiting > 0 and not any(
        history.read().numbers[Queue.TASKS][-RECENT_STEPS:]
    )
    _stall.check(is_stalled, clock.now())


@dataclass(slots=True)
class _Stall:
    """The time since which numbers wait and none is finished, as far as this process has seen."""

    since: float | None = None

    def check(self, is_stalled: bool, now: float) -> None:  # noqa: FBT001 - the one thing that is checked
        """Record whether numbers wait and none was finished lately, at a time in seconds since 1970.

        Raises:
            Unavailable: it has been so for MAX_STALL_SECONDS.
        """
        if not is_stalled:
            self.since = None
        elif self.since is None:
            self.since = now
        elif now - self.since > MAX_STALL_SECONDS:
            raise Unavailable(
                f"Numbers wait, and the workers have finished none for {now - self.since:.0f} s. They are accepted"
                " and kept; the operator finds the reason in the log of the worker."
            )


_stall = _Stall()
