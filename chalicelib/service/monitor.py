"""The state of the service: its queues, its throughput, its tasks, and whether it responds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from chalicelib import clock, queues
from chalicelib.concurrently import in_parallel
from chalicelib.errors import Unavailable
from chalicelib.queues import Counts, Queue
from chalicelib.service import backlog
from chalicelib.settings import settings
from chalicelib.store import history, task_pages, transitions
from chalicelib.store.history import History
from chalicelib.store.task_index import FAILED, TASKS
from chalicelib.store.task_pages import Span, TaskCursor, TaskPage
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import FailedTask, TaskSummary

#: How many failed tasks a page has.
FAILED_PAGE_TASKS = 20
#: A shorter text is not the beginning of an id.
MIN_ID_CHARACTERS = 4
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


def failed_tasks(caller: str = "", before: str | None = None) -> list[FailedTask]:
    """Return a page of a caller's tasks that failed last, newest first.

    Args:
        caller: the id of an API key, empty where the API requires none.
        before: only those that failed before this time, RFC 3339.
    """
    return task_pages.failed(caller, FAILED_PAGE_TASKS, before)


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks are asked for. What is None is not asked."""

    limit: int
    #: Where the page before ended.
    before: TaskCursor | None = None
    status: Status | None = None
    queue: Queue | None = None
    #: The most seconds since it was submitted; where failed tasks alone are asked for, since it failed.
    within: int | None = None
    #: A task's id.
    task_id: str | None = None
    #: A part of what is shown of the number, or the beginning of an id; in lower case.
    text: str | None = None
    #: The number in decimal, shortened.
    digits: str | None = None

    def matches(self, task: TaskSummary) -> bool:
        """Return whether a task is asked for."""
        return (
            self.status in {None, task.task.status}
            and (self.queue in {None, task.queue} or self._is_dead_letter(task))
            and (self.text is None or self._has_text(task, self.text))
        )

    def _is_dead_letter(self, task: TaskSummary) -> bool:
        return self.queue is Queue.DEAD_LETTERS and task.task.status is Status.FAILURE

    def _has_text(self, task: TaskSummary, text: str) -> bool:
        return (
            text in (task.subject or "").lower()
            or (len(text) >= MIN_ID_CHARACTERS and task.task.task_id.startswith(text))
            or (self.digits is not None and self.digits == task.digits)
        )


def tasks(query: TaskQuery, caller: str) -> TaskPage:
    """Return a page of a caller's tasks, newest first: of lists, of numbers that were forwarded, and of what failed.

    They are in the order of their submission, which never changes; failed tasks alone in that of their failure.
    """
    if query.task_id is not None:
        found = task_pages.find(query.task_id, caller)
        return TaskPage([found] if found and query.matches(found) else [], None)
    spans = [Span(TASKS)]
    if query.status is Status.FAILURE or query.queue is Queue.DEAD_LETTERS:
        # What was not processed in time is FAILURE without a write.
        overdue = Span(TASKS, until=clock.rfc3339(lifetime.overdue_until(settings().retention_days)))
        spans = [Span(FAILED), overdue]
    if query.within is not None:
        since = clock.rfc3339(clock.now() - query.within)
        spans = [replace(span, since=since) for span in spans]
    return task_pages.read_page(spans, caller, query.limit, query.before, query.matches)


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
                f"Numbers wait, but no worker has finished one for {now - self.since:.0f} s. No number is lost."
                " The operator finds the reason in the log of the worker."
            )


_stall = _Stall()
