"""The state of the service: its queues, its throughput, its failed tasks, and whether it responds."""

from __future__ import annotations

from chalicelib import queues
from chalicelib.queues import Counts, Queue
from chalicelib.store import failures, history
from chalicelib.store import tasks as store
from chalicelib.store.history import History
from chalicelib.tasks import ids
from chalicelib.tasks.task import FailedTask

#: How many failed tasks a page has.
FAILED_PAGE_TASKS = 20


def queue_counts() -> dict[Queue, Counts]:
    """Return how many messages each queue holds.

    Raises:
        Unavailable: a queue does not respond.
    """
    return {queue: queues.counts(queue) for queue in Queue}


def failed_tasks(before: str | None = None) -> list[FailedTask]:
    """Return a page of the tasks that failed last, newest first.

    Args:
        before: only those that failed before this time, RFC 3339.

    Raises:
        Unavailable: the table does not respond.
    """
    return failures.latest(FAILED_PAGE_TASKS, before)


def finished_numbers() -> History:
    """Return how many numbers the consumers of each queue finished in the last 15 minutes.

    Raises:
        Unavailable: the table does not respond.
    """
    return history.read()


def check_health() -> None:
    """Call the table and every queue.

    Raises:
        Unavailable: one of them does not respond.
    """
    store.read(ids.new_id())
    queue_counts()
