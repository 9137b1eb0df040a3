"""The final tasks that this process has read: they never change.

A task that is FAILURE is not kept: a client's retry changes it.
"""

from __future__ import annotations

import threading

from chalicelib import clock
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

#: How many tasks are kept: with numbers of the largest size they take 20 MB.
MAX_TASKS = 4_096
#: A task with a larger number is not kept.
MAX_BITS = 33_220

_tasks: dict[str, NumberTask | ListTask] = {}
#: Held by the thread that looks for the oldest task: a dict must not change meanwhile.
_keeping = threading.Lock()


def get(task_id: str) -> NumberTask | ListTask | None:
    """Return a final task that was kept and has not expired, or None."""
    task = _tasks.get(task_id)
    return task if task is not None and task.expires_at > clock.now() else None


def keep(task: NumberTask | ListTask) -> None:
    """Keep a task if it can never change; the oldest one makes room for it."""
    if task.status not in {Status.SUCCESS, Status.REVOKED}:
        return
    if isinstance(task, NumberTask) and task.result is not None and task.result.number.bit_length() > MAX_BITS:
        return
    with _keeping:
        while len(_tasks) >= MAX_TASKS:
            del _tasks[next(iter(_tasks))]
        _tasks[task.task_id] = task
