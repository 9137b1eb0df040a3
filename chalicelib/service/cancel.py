"""Cancelling a task."""

from __future__ import annotations

from chalicelib.errors import Conflict
from chalicelib.service.read import read_task
from chalicelib.store import transitions
from chalicelib.tasks.task import ListTask, NumberTask


def cancel_task(task_id: str) -> NumberTask | ListTask:
    """Cancel a task that is not final and return it.

    Raises:
        NotFound: no task has this id, or it has expired.
        Conflict: the task is final.
        Unavailable: the task may have been cancelled.
    """
    task = read_task(task_id)
    cancelled = None if task.status.is_final else transitions.cancel(task)
    if cancelled is None:
        status = read_task(task_id).status
        raise Conflict(f"The task is {status}: only a task that is not finished can be cancelled.")
    return cancelled
