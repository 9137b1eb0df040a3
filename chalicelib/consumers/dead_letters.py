"""The consumer of the dead letters: it fails the tasks whose messages failed every attempt, or redrives them once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chalicelib.consumers import settle
from chalicelib.consumers.outcomes import Failed, Outcome, Record, Redrive
from chalicelib.consumers.settle import Batch
from chalicelib.queues import MAX_RECEIVES
from chalicelib.store import transitions


def fail_task(_: Batch, record: Record) -> Iterator[Outcome]:
    """Fail a task with the reason of its message's last attempt.

    A message without one is redriven once: its attempts may have met a version that could not read or run it.
    """
    task = transitions.read(record.message.task_id)
    if task and task.error and task.error.startswith(record.subject):  # not the error of another chunk
        yield Failed(record, task.error)
    elif not record.message.redrives:
        yield Redrive(record)
    else:
        yield Failed(
            record,
            f"{record.subject}: {2 * MAX_RECEIVES} attempts ended without an error message. Each time the function was"
            " killed, ran out of memory, exceeded its timeout or could not read the message.",
        )


consume = partial(settle.consume, fail_task)
