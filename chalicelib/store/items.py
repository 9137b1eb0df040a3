"""Tasks as items of the table, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from chalicelib import clock
from chalicelib.primality.direction import Direction
from chalicelib.primality.progress import Counted, Elapsed, Progress, Proving, Searching, Steps
from chalicelib.queues import Queue
from chalicelib.store import result_codec, table, task_index
from chalicelib.store.table import TASK, Item
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status, list_status
from chalicelib.tasks.task import FailedTask, Kind, ListTask, NumberTask, TaskSummary
from primes_core.notation.integers import from_decimal

#: The attributes of which a summary is made: a result may have 100,000 digits.
SUMMARY = (
    *("task_id", "status", "attempts", "submitted_at", "started_at", "finished_at", "counted_at", "expires_at"),
    *("error", "total", "chunks", "remaining", "primes", "probable_primes", "composites", "result", "factors"),
    *("kind", "subject", "digits", "queue", task_index.TASKS.shard, task_index.FAILED.shard),
)


def from_task(task: NumberTask | ListTask) -> Item:
    """Return the item of a new task."""
    item: Item = {
        "task_id": task.task_id,
        "part": TASK,
        "status": task.status,
        "submitted_at": task.submitted_at,
        "expires_at": task.expires_at,
    }
    if task.promised_at is not None:
        item["promised_at"] = task.promised_at
    if task.fingerprint is not None:
        item["fingerprint"] = task.fingerprint
    if isinstance(task, ListTask):
        item |= {
            "total": task.total,
            "chunks": task.chunks,
            "remaining": task.remaining,
            "primes": 0,
            "probable_primes": 0,
            "composites": 0,
            "round": 0,
            "queue": task.queue,
            task_index.TASKS.shard: task_index.shard_of(task.task_id, task.caller),
        }
    return item


def to_task(item: Item) -> NumberTask | ListTask | None:
    """Return the task of an item, or None if it has expired."""
    return None if table.has_expired(item) else written_task(item)


def written_task(item: Item) -> NumberTask | ListTask:
    """Return the task of an item, even if it has expired."""
    return _list_task(item) if "chunks" in item else _number_task(item)


def written_status(item: Item) -> Status:
    """Return the status that an item has by what was written, however late it is."""
    status = Status(item["status"])
    return list_status(status, int(item["chunks"]), int(item["remaining"])) if "chunks" in item else status


def _number_task(item: Item) -> NumberTask:
    common = _common(item, Status(item["status"]), item.get("finished_at"))
    return NumberTask(
        **common,
        **result_codec.from_item(item),
        progress=_to_progress(item["progress"]) if "progress" in item and common["status"] is Status.STARTED else None,
        expression=item.get("expression"),
        find=Direction(item["find"]) if "find" in item else None,
        of=from_decimal(item["of"]) if "of" in item else None,
    )


def _list_task(item: Item) -> ListTask:
    chunks, remaining = int(item["chunks"]), int(item["remaining"])
    status = list_status(Status(item["status"]), chunks, remaining)
    end = "counted_at" if status is Status.SUCCESS else "finished_at"
    return ListTask(
        **_common(item, status, item.get(end)),
        sent=int(item.get("sent", 0)),
        total=int(item["total"]),
        chunks=chunks,
        remaining=remaining,
        primes=int(item["primes"]),
        probable_primes=int(item.get("probable_primes", 0)),
        composites=int(item["composites"]),
    )


def _common(item: Item, status: Status, finished_at: str | None) -> dict[str, Any]:
    task_id, expires_at, error = item["task_id"], int(item["expires_at"]), item.get("error")
    if not status.is_final and lifetime.is_overdue(expires_at):
        status, error, finished_at = Status.FAILURE, lifetime.OVERDUE, clock.rfc3339(lifetime.overdue_at(expires_at))
    return {
        "task_id": task_id,
        "status": status,
        "submitted_at": item.get("submitted_at") or clock.rfc3339(ids.submitted_at(task_id)),
        "expires_at": expires_at,
        "attempts": int(item.get("attempts", 0)),
        "started_at": item.get("started_at"),
        "promised_at": item.get("promised_at"),
        "expected_at": item.get("expected_at"),
        "finished_at": finished_at if status.is_final else None,
        "error": error if status in {Status.RETRY, Status.FAILURE} else None,
        "round": int(item.get("round", 0)),
        "fingerprint": item.get("fingerprint"),
    }


def from_progress(progress: Progress) -> str:
    """Return a progress as JSON text."""
    return json.dumps(asdict(progress), separators=(",", ":"))


def _to_progress(text: str) -> Progress:
    fields = json.loads(text)
    if "searched" in fields:
        return Searching(**fields)
    if "chain" in fields:
        return Proving(**fields)
    if "phase" in fields:
        return Counted(**fields) if "unit" in fields else Elapsed(**fields)
    return Steps(**fields)


def to_failed_task(item: Item) -> FailedTask:
    """Return what the index of failed tasks knows of a task."""
    return FailedTask(
        task_id=item["task_id"],
        subject=item.get("subject"),
        error=item.get("error"),
        attempts=int(item.get("attempts", 0)),
        finished_at=item["finished_at"],
    )


def to_summary(item: Item) -> TaskSummary | None:
    """Return the summary of a task for a page of tasks, or None if it has expired."""
    task = to_task(item)
    if task is None:
        return None
    is_list = isinstance(task, ListTask)
    return TaskSummary(
        task,
        kind=Kind.LIST if is_list else Kind(item.get("kind", Kind.NUMBER)),
        queue=Queue(item.get("queue", Queue.TASKS)),
        subject=item.get("subject") if not is_list or task.status is Status.FAILURE else None,
        digits=item.get("digits"),
    )
