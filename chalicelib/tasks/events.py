"""The event that a task is final. docs/events.md describes it, docs/task-finished.schema.json is its schema."""

from __future__ import annotations

from typing import Any

from chalicelib.tasks.task import ListTask, NumberTask
from primes_core.notation.integers import to_decimal

#: The `source` and the `detail-type` by which a rule selects the event.
SOURCE, TASK_FINISHED = "is-it-prime", "TaskFinished"
VERSION = 1
#: A longer number is not in the event.
MAX_DIGITS = 40


def task_finished(task: NumberTask | ListTask, api_url: str) -> dict[str, Any]:
    """Return the event's `detail`.

    Args:
        task: a task that is final.
        api_url: the address of the API.
    """
    result = task.result if isinstance(task, NumberTask) else None
    factorization = task.factorization if isinstance(task, NumberTask) else None
    is_short = result is not None and abs(result.number) < 10**MAX_DIGITS
    return {
        "version": VERSION,
        # A task is final again after a retry, and an Idempotency-Key may be used again: not at the same time.
        "id": f"{task.task_id}/{task.finished_at}",
        "task_id": task.task_id,
        "kind": "list" if isinstance(task, ListTask) else "number",
        "status": task.status,
        "number": to_decimal(result.number) if result and is_short else None,
        "verdict": result.verdict if result else None,
        "proven": result.proven if result else None,
        "complete": factorization.complete if factorization else None,
        "submitted_at": task.submitted_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "link": f"{api_url.rstrip('/')}/{task.task_id}",
    }
