"""Cancelling a task."""

from __future__ import annotations

from chalicelib.errors import Conflict
from chalicelib.service.read import read_task
from chalicelib.store import transitions
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask


def cancel_task(task_id: str) -> NumberTask | ListTask:
    """Cancel a task that is not final, or was cancelled before, and return it.

    Raises:
        NotFound: no task has this id, or it has expired.
        Conflict: the task has ended in another way.
        Unavailable: the task may have been cancelled.
    """
    task = read_task(task_id)
    if not task.status.is_final:
        task = transitions.cancel(task) or read_task(task_id)
    if task.status is not Status.REVOKED:
        raise Conflict(f"The task is {task.status}: only a task that is not finished can be cancelled.")
    return task
