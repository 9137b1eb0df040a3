"""Queueing a failed task again."""

from __future__ import annotations

from dataclasses import replace

from chalicelib import clock, queues, sending
from chalicelib.errors import Conflict
from chalicelib.queues import Queue
from chalicelib.service import admission
from chalicelib.service.read import read_task
from chalicelib.store import failures, transitions
from chalicelib.tasks import lifetime
from chalicelib.tasks.messages import ChunkMessage, Message
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import NumberTask


def retry_task(task_id: str) -> float:
    """Queue a failed task again; return when it is expected to be final, in seconds since 1970.

    The messages are sent before the item is written: a message of a later round takes over the task by itself, so a
    retry that is interrupted between the two is complete.

    Raises:
        NotFound: no task has this id, or it has expired.
        Conflict: the task has not failed, its messages would end before they are processed, or none is kept.
        Unavailable: the task may have been queued.
        Overloaded: its queue is too long; it was not queued.
    """
    task = read_task(task_id)
    if task.status is not Status.FAILURE:
        raise Conflict(f"The task is {task.status}: only a task whose status is FAILURE can be retried.")
    if lifetime.have_messages_ended(task.expires_at):
        raise Conflict("The task is too old to be tried again: send the number or the list again with POST /.")
    new_round = task.round + 1
    messages = [_in_round(message, new_round) for message in failures.messages(task_id)]
    if not messages and isinstance(task, NumberTask):
        raise Conflict("Nothing of this task is kept: send the number or the list again with POST /.")
    queue = queues.first_queue(messages[0]) if messages else Queue.TASKS
    admitted = admission.admit_again(queue)
    expected_at = clock.now() + admitted.seconds
    sending.send_new(messages)
    admission.note_sent(admitted)
    transitions.requeue(task, new_round, clock.rfc3339(expected_at), queue)
    return expected_at


def _in_round(message: Message, new_round: int) -> Message:
    if isinstance(message, ChunkMessage):
        return replace(message, round=new_round, attempts=0, put_offs=0, redrives=0)
    return replace(message, round=new_round, attempts=0, put_offs=0, redrives=0, expected_at=None)
