"""The consumer of the dead letters: it fails the tasks whose messages failed every attempt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chalicelib.consumers import settle
from chalicelib.consumers.outcomes import Failed, Outcome, Record
from chalicelib.consumers.settle import Batch
from chalicelib.queues import MAX_RECEIVES
from chalicelib.store import transitions


def fail_task(_: Batch, record: Record) -> Iterator[Outcome]:
    """Fail a task with the reason of its message's last attempt."""
    task = transitions.read(record.message.task_id)
    if task and task.error and task.error.startswith(record.subject):  # not the error of another chunk
        yield Failed(record, task.error)
    else:
        yield Failed(
            record,
            f"{record.subject}: failed after {MAX_RECEIVES} attempts without an error message: the function was"
            " killed, ran out of memory or exceeded its timeout.",
        )


consume = partial(settle.consume, fail_task)
