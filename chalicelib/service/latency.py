"""The time from the submission of a small number to its result with none before it, as this process has seen.

It depends on where the service runs: some milliseconds on one machine, about a hundred on AWS. A process learns it from
the tasks that it reads for its clients, without a call.
"""

from __future__ import annotations

from chalicelib import clock
from chalicelib.queues import Queue
from chalicelib.service import backlog
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

#: Before the first task was read, in seconds.
FIRST_SECONDS = 0.03
#: Each task moves the estimate by a factor, so that it comes to about the median: those that are slow for some other
#: reason count little. It stays within bounds, in seconds.
UP, DOWN = 1.15, 0.85
MIN_SECONDS, MAX_SECONDS = 0.002, 0.25
#: A task with a longer computation says nothing, in seconds, nor does one that is older.
MAX_OWN_SECONDS, MAX_AGE_SECONDS = 0.005, 60.0

_seconds = [FIRST_SECONDS]


def seconds() -> float:
    """Return the latency, in seconds."""
    return _seconds[0]


def note(task: NumberTask | ListTask) -> None:
    """Learn from a task that was read."""
    if not isinstance(task, NumberTask) or task.status is not Status.SUCCESS or task.result is None:
        return
    if task.attempts > 1 or task.result.seconds > MAX_OWN_SECONDS or ids.is_keyed(task.task_id):
        return
    submitted = ids.submitted_at(task.task_id)
    if task.finished_at is None or clock.now() - submitted > MAX_AGE_SECONDS or not backlog.is_empty(Queue.TASKS):
        return
    took = clock.seconds(task.finished_at) - submitted
    _seconds[0] = min(max(_seconds[0] * (UP if took > _seconds[0] else DOWN), MIN_SECONDS), MAX_SECONDS)
