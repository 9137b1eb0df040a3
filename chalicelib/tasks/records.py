"""What is written about a task: one function a transition, every one of them conditional.

`written` means that the task was open and is now as the caller says; a function that returns False found it
final, of a later round or gone, and changed nothing.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from typing import Any

from chalicelib.settings import settings
from chalicelib.tasks import conditions, states, table, times
from chalicelib.tasks.messages import Message, decode, encode, single
from chalicelib.tasks.table import Refused
from chalicelib.tasks.task import Item, Task, from_item


def expiry() -> int:
    """Return when what is written now expires, in seconds since 1970."""
    # Rounded up: a record that went before its id did would make a finished task PENDING for a moment.
    return math.ceil(time.time()) + settings().retention_days * 86_400


def read(task_id: str) -> Task | None:
    """Return the task that has a record which has not expired, or None."""
    item = table.get(task_id, table.TASK)
    return from_item(item) if item else None


def create(task: Task) -> Task:
    """Write the record of a new task that needs one at once; return it, or the task that has its id already."""
    item = table.key(task.task_id, table.TASK) | {
        "status": {"S": task.status},
        "submitted_at": {"S": task.submitted_at},
        "expires_at": {"N": str(task.expires_at)},
    }
    if task.fingerprint is not None:
        item["fingerprint"] = {"S": task.fingerprint}
    if task.is_list:
        counts = {
            "total": task.total,
            "chunks": task.chunks,
            "remaining": task.remaining,
            "primes": 0,
            "composites": 0,
            "retries": 0,
        }
        item |= {name: {"N": str(count)} for name, count in counts.items()}
    try:
        table.create(item, int(time.time()))
    except Refused as refused:
        if refused.item is None:
            raise
        return from_item(refused.item) or task
    return task


def start_proof(message: Message, attempts: int) -> Task | None:
    """Write that the prover has taken a number up; return the task, or None where it is not open any more."""
    fields = {
        "status": {"S": states.STARTED},
        "attempts": {"N": str(attempts)},
        "started_at": {"S": times.now()},
        "expires_at": {"N": str(expiry())},
    }
    item = write(message, fields)
    return from_item(item) if item else None


def write_progress(message: Message, progress: dict[str, Any]) -> bool:
    """Write how far a proof has come; tell whether the task is still open, that is, worth going on."""
    return write(message, {"progress": {"S": json.dumps(progress, separators=(",", ":"))}}) is not None


def write_retry(message: Message, attempts: int, reason: str) -> bool:
    """Write that an attempt failed and that another will follow."""
    fields = {
        "status": {"S": states.RETRY},
        "attempts": {"N": str(attempts)},
        "error": {"S": reason},
        "expires_at": {"N": str(expiry())},
    }
    return write(message, fields) is not None


def write_failure(message: Message, reason: str | None, attempts: int) -> bool:
    """Write that a task has failed for good; without a reason the one of its last attempt stays.

    The message is kept, a chunk's in the chunk's own part, so that a retry can send it again.
    """
    fields = {
        "status": {"S": states.FAILURE},
        "attempts": {"N": str(attempts)},
        "finished_at": {"S": times.now()},
        "failed": {"S": "yes"},
        "expires_at": {"N": str(expiry())},
    }
    if reason is not None:
        fields["error"] = {"S": reason}
    if message.is_chunk:
        _keep(message)
    else:
        fields["message"] = {"S": encode(message)}
    return write(message, fields) is not None


def _keep(message: Message) -> None:
    # Also where the chunk's results are: they are written before they are counted, and may never have been.
    table.update(
        message.task_id,
        message.chunk,
        UpdateExpression="SET message = :message, expires_at = :expiry",
        ExpressionAttributeValues={":message": {"S": encode(message)}, ":expiry": {"N": str(expiry())}},
    )


def failed_messages(task_id: str) -> list[Message]:
    """Return the messages that a failed task waits for: its own, or those of its failed chunks."""
    return [decode(item["message"]["S"]) for item in table.messages(task_id)]


def cancel(task_id: str, retries: int) -> Task | None:
    """Write that a task is cancelled; return it, or None where it was not open any more."""
    fields = {
        "status": {"S": states.REVOKED},
        "finished_at": {"S": times.now()},
        "expires_at": {"N": str(expiry())},
    }
    item = write(replace(single(task_id, 0), retries=retries), fields)
    return from_item(item) if item else None


def requeue(task_id: str, retries: int) -> bool:
    """Write that a failed task is PENDING again in a later round; tell whether it was still failed."""
    try:
        table.update(
            task_id,
            table.TASK,
            UpdateExpression="SET #status = :pending, retries = :retries, attempts = :zero"
            " REMOVE failed, finished_at, #error, progress",
            ConditionExpression="#status = :failure AND retries < :retries",
            ExpressionAttributeNames={"#status": "status", "#error": "error"},
            ExpressionAttributeValues={
                ":pending": {"S": states.PENDING},
                ":failure": {"S": states.FAILURE},
                ":retries": {"N": str(retries)},
                ":zero": {"N": "0"},
            },
        )
    except Refused:
        return False
    return True


def write(message: Message, fields: Item) -> Item | None:
    """Set fields of an open task; return the record, or None where the task was not open."""
    if not message.is_chunk:
        fields = fields | {"retries": {"N": str(message.retries)}}
    once = {"started_at"}  # the first attempt's start stays
    sets = [f"#{name} = if_not_exists(#{name}, :_{name})" if name in once else f"#{name} = :_{name}" for name in fields]
    stale = "" if "failed" in fields else " REMOVE failed, message"
    try:
        return table.update(
            message.task_id,
            table.TASK,
            returning="ALL_NEW",
            UpdateExpression=f"SET {', '.join(sets)}{stale}",
            ConditionExpression=conditions.is_open(message),
            ExpressionAttributeNames={f"#{name}": name for name in fields} | conditions.NAMES,
            ExpressionAttributeValues={f":_{name}": value for name, value in fields.items()}
            | conditions.values(message),
        )
    except Refused:
        return None
