"""The consumer of the dead letters: it fails the tasks whose messages failed every attempt."""

from __future__ import annotations

from chalicelib.consumers.batch import Batch, Record, describe
from chalicelib.queues import MAX_RECEIVES
from chalicelib.store import tasks as store


def process_dead_letters(batch: Batch) -> None:
    """Write FAILURE, with the reason, to the tasks of a batch of dead letters."""
    for record in batch.records:
        try:
            is_written = store.write_failure(record.message, _reason(record), MAX_RECEIVES)
        except Exception as error:  # noqa: BLE001 - this message is delivered again, the others are done
            batch.deliver_again(record, f"{type(error).__name__}: {error}")
        else:
            batch.invocation.count("failure" if is_written else "stale")


def _reason(record: Record) -> str:
    subject = describe(record.message)
    task = store.read(record.message.task_id)
    if task and task.error and task.error.startswith(subject):
        return task.error
    return (
        f"{subject}: failed after {MAX_RECEIVES} attempts without an error message: the function was killed, ran out"
        " of memory or exceeded its timeout."
    )
