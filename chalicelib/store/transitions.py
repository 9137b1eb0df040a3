"""The transitions of a task, each one conditional write.

A function that returns False or None found the task final, in a later round or gone, and changed nothing. Where one
raises Unavailable, the table does not respond: it may have been written or not.
"""

from __future__ import annotations

import contextlib
from typing import Any

from chalicelib import clock
from chalicelib.factorization.factors import Factorization
from chalicelib.primality.progress import Progress
from chalicelib.queues import Queue
from chalicelib.store import conditions, failures, items, result_codec, table
from chalicelib.store.table import Condition, ConditionFailed, Item
from chalicelib.store.task_index import FAILED
from chalicelib.tasks.messages import ChunkMessage, Message, NumberMessage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import Found, ListTask, NumberTask


def read(task_id: str, *, is_consistent: bool = True) -> NumberTask | ListTask | None:
    """Return the task that has an item which has not expired, or None."""
    item = table.get(task_id, table.TASK, is_consistent=is_consistent)
    return items.to_task(item) if item else None


def create(task: NumberTask | ListTask) -> NumberTask | ListTask:
    """Write the item of a new task. Return the task, or the existing task with its id."""
    try:
        table.create(items.from_task(task), int(clock.now()))
    except ConditionFailed as failed:
        existing = items.to_task(failed.item) if failed.item else None
        return existing or create(task)  # it has expired in this moment
    return task


def write_sent(task: ListTask, sent: int) -> None:
    """Write how many messages of a list were sent, from the first one on."""
    is_more = Condition(
        "expires_at = :expires_at AND (attribute_not_exists(sent) OR sent < :sent)",
        {},
        {":expires_at": task.expires_at, ":sent": sent},
    )
    with contextlib.suppress(ConditionFailed):
        table.update(task.task_id, table.TASK, "SET sent = :sent", {}, condition=is_more)


def delete(task_id: str) -> None:
    """Delete a task's item."""
    table.delete(task_id)


def start_proof(message: NumberMessage, attempts: int, expected_at: str, queue: Queue) -> NumberTask | None:
    """Write that the prover of a queue has started on a number; return its task, or None if it is not open."""
    fields = {
        "status": Status.STARTED,
        "attempts": attempts,
        "started_at": clock.timestamp(),
        "expected_at": expected_at,
        "queue": queue,
    }
    if message.expression is not None:
        fields["expression"] = message.expression
    item = write(message, fields)
    task = items.to_task(item) if item else None
    return task if isinstance(task, NumberTask) else None


def write_progress(
    message: NumberMessage,
    progress: Progress,
    expected_at: str | None = None,
    factorization: Factorization | None = None,
) -> bool:
    """Write how far a computation is, its expected end and its factors if known; return whether the task is open."""
    fields: Item = {"progress": items.from_progress(progress)}
    if expected_at is not None:
        fields["expected_at"] = expected_at
    if factorization is not None:
        fields |= result_codec.to_item(Found(factorization=factorization))
    return write(message, fields) is not None


def write_retry(message: Message, attempts: int, reason: str) -> bool:
    """Write that an attempt failed and that another one follows."""
    fields = {
        "status": Status.RETRY,
        "attempts": attempts,
        "error": reason,
    }
    return write(message, fields) is not None


def write_failure(message: Message, reason: str, attempts: int) -> bool:
    """Write that a task has failed, and keep its message for a retry: a chunk's in the chunk's own part."""
    fields = {
        "status": Status.FAILURE,
        "attempts": attempts,
        "finished_at": clock.timestamp(),
        "error": reason,
        **failures.attributes(message),
    }
    if isinstance(message, ChunkMessage):
        failures.keep_chunk(message)
    return write(message, fields) is not None


def cancel(task: NumberTask | ListTask) -> NumberTask | ListTask | None:
    """Write that a task is cancelled; return it, or None if it is not open."""
    fields = {
        "status": Status.REVOKED,
        "finished_at": clock.timestamp(),
        "expires_at": task.expires_at,
        "round": task.round,
    }
    item = _write(task.task_id, fields, conditions.is_number_open(task.task_id, task.round, task.expires_at))
    return items.to_task(item) if item else None


def requeue(task: NumberTask | ListTask, new_round: int, promised_at: str, queue: Queue) -> bool:
    """Write that a failed task is PENDING in a new round; return whether it was still failed.

    Args:
        task: the task.
        new_round: the round.
        promised_at: when it is expected to be final, RFC 3339.
        queue: the queue that its messages are sent to.
    """
    try:
        table.update(
            task.task_id,
            table.TASK,
            "SET #status = :pending, #round = :round, attempts = :zero, promised_at = :promised, queue = :queue"
            f" REMOVE {FAILED.shard}, finished_at, #error, progress, expected_at",
            {
                ":pending": Status.PENDING,
                ":zero": 0,
                ":promised": promised_at,
                ":queue": queue,
            },
            condition=conditions.has_failed_before(new_round, task.expires_at),
            names={"#error": "error"},
        )
    except ConditionFailed:
        return False
    return True


def write(message: Message, fields: dict[str, Any]) -> Item | None:
    """Set attributes of an open task; return its item, or None if the task is not open."""
    if isinstance(message, NumberMessage):
        fields = fields | {"round": message.round}
    fields = fields | {"expires_at": message.expires_at}
    return _write(message.task_id, fields, conditions.is_open(message))


def _write(task_id: str, fields: dict[str, Any], condition: Condition) -> Item | None:
    set_once = {"started_at"}  # the start of the first attempt stays
    sets = [
        f"#{name} = if_not_exists(#{name}, :_{name})" if name in set_once else f"#{name} = :_{name}" for name in fields
    ]
    remove = "" if FAILED.shard in fields else f" REMOVE {FAILED.shard}, message"
    try:
        return table.update(
            task_id,
            table.TASK,
            f"SET {', '.join(sets)}{remove}",
            {f":_{name}": value for name, value in fields.items()},
            condition=condition,
            names={f"#{name}": name for name in fields},
            returning="ALL_NEW",
        )
    except ConditionFailed:
        return None
