"""What clients get."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from chalice.app import Response

from chalicelib.api import limits
from chalicelib.tasks import states, times
from chalicelib.tasks.chunks import Row
from chalicelib.tasks.queues import Counts
from chalicelib.tasks.task import Task

Headers = dict[str, str | list[str]]

NO_STORE: Headers = {"Cache-Control": "no-store"}
RETRY_AFTER: Headers = {"Retry-After": str(limits.RETRY_AFTER)}


def accepted(task_id: str, prefix: str) -> Response:
    """Return the answer to a task that was queued; `prefix` is the API's stage, as in `/api`."""
    body = {"status": "success", "task_id": task_id}
    headers: Headers = {"Location": f"{prefix}/{task_id}", **RETRY_AFTER, **NO_STORE}
    return json_response(body, headers, 202)


def of_task(task: Task, prefix: str, waited: int | None = None, known: str | None = None) -> Response:
    """Return a task, or 304 where the client knows it: `known` is its If-None-Match."""
    body = json.dumps(task_json(task, prefix))
    headers: Headers = {} if waited is None else {"Preference-Applied": f"wait={waited}"}
    if not task.is_final:
        return Response(body, {"Content-Type": limits.JSON, **NO_STORE, **RETRY_AFTER, **headers}, 200)
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    # A failed task can be tried again: its reader asks each time whether it has changed.
    age = "no-cache" if task.status == states.FAILURE else f"max-age={limits.MAX_AGE}"
    headers |= {"ETag": tag, "Cache-Control": f"private, {age}"}
    if known is not None and (known.strip() == "*" or tag in known):
        return Response("", headers, 304)
    return Response(body, {"Content-Type": limits.JSON, **headers}, 200)


def task_json(task: Task, prefix: str) -> dict[str, Any]:
    """Return a task as JSON shows it."""
    address = f"{prefix}/{task.task_id}"
    return {
        "task_id": task.task_id,
        "status": task.status,
        "result": _list_result(task, address) if task.is_list else _number_result(task, address),
        "progress": _list_progress(task) if task.is_list else task.progress,
        "error": task.error,
        "attempts": task.attempts,
        "submitted_at": task.submitted_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "expires_at": times.rfc3339(task.expires_at),
    }


def _number_result(task: Task, address: str) -> dict[str, Any] | None:
    if task.result is None:
        return None
    return task.result | {
        "number": number_json(task.result["number"]),
        "certificate": f"{address}/certificate" if task.result["certificate"] else None,
    }


def _list_result(task: Task, address: str) -> dict[str, Any] | None:
    if task.remaining == task.chunks:
        return None
    return {
        "total": task.total,
        "primes": task.primes,
        "composites": task.composites,
        "results": f"{address}/results",
    }


def _list_progress(task: Task) -> dict[str, Any] | None:
    if task.status not in {states.STARTED, states.RETRY}:
        return None
    return {"done": task.chunks - task.remaining, "total": task.chunks, "unit": "chunks"}


def number_json(decimal: str) -> int | str:
    """Return a number as JSON carries it: an integer where it fits 64 bits, else its decimal digits."""
    return int(decimal) if len(decimal) <= 20 and -(2**63) <= int(decimal) < 2**64 else decimal


def row_json(row: Row) -> dict[str, Any]:
    """Return one number's result in a list."""
    return {
        "index": row.index,
        "number": number_json(row.number),
        "is_prime": row.is_prime,
        "verdict": row.verdict,
        "proven": row.proven,
        "witness": row.witness,
    }


def queue_json(counts: dict[str, Counts], failed: list[Task]) -> dict[str, Any]:
    """Return what the queues hold and the tasks that failed last."""
    shown = ("task_id", "error", "attempts", "finished_at")
    return {
        "queues": {
            name: {"waiting": count.waiting, "in_flight": count.in_flight, "delayed": count.delayed}
            for name, count in counts.items()
        },
        "failed": [{name: getattr(task, name) for name in shown} for task in failed],
    }


def json_response(body: Any, headers: Headers | None = None, status: int = 200) -> Response:  # noqa: ANN401 - JSON
    """Return JSON."""
    return Response(json.dumps(body), {"Content-Type": limits.JSON, **(headers or NO_STORE)}, status)
