"""Cancelling a task, and queueing a failed one again."""

from __future__ import annotations

from chalicelib.errors import Conflict
from chalicelib.tasks import queues, reading, records, states
from chalicelib.tasks.task import Task


def cancel(task_id: str) -> Task:
    """Cancel a task that is not final and return it; raise NotFound, or Conflict where it is final."""
    task = reading.find(task_id)
    cancelled = None if task.is_final else records.cancel(task_id, task.retries)
    if cancelled is None:
        status = reading.find(task_id).status
        raise Conflict(f"The task is {status} already: only one that is not finished can be cancelled.")
    return cancelled


def retry(task_id: str) -> None:
    """Queue a failed task again; raise NotFound, or Conflict where it has not failed.

    The messages go first and the record follows: a message of the new round takes the task up by itself, so
    a retry that dies between the two is still a retry.
    """
    task = reading.find(task_id)
    if task.status != states.FAILURE:
        raise Conflict(f"The task is {task.status}: only one whose status is FAILURE can be tried again.")
    queues.send_all([message.again(task.retries + 1) for message in records.failed_messages(task_id)])
    records.requeue(task_id, task.retries + 1)
