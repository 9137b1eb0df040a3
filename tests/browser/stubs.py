"""Responses that a test uses in place of the service's real ones."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route

PROBLEM = "application/problem+json"
HISTORY_STEPS = 90


def id_of(index: int) -> str:
    """Return an id in the service's form; no task has it."""
    return f"019aaaaa-0000-8000-8000-{index:012}"


TASK_ID = id_of(1)


def ago(**past: float) -> str:
    """Return a time in the past in the service's format."""
    return (datetime.now(UTC) - timedelta(**past)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def task(**fields: Any) -> dict[str, Any]:
    """Return a task as the service sends it, pending unless the fields say otherwise."""
    return {
        "task_id": TASK_ID,
        "status": "PENDING",
        "result": None,
        "progress": None,
        "error": None,
        "attempts": 1,
        "submitted_at": ago(minutes=1),
        "started_at": None,
        "finished_at": None,
        "expires_at": ago(days=-7),
        **fields,
    }


def result(number: int, verdict: str, method: str, **fields: Any) -> dict[str, Any]:
    """Return the result of a number as the service sends it."""
    return {
        "number": number if number < 2**64 else str(number),
        "number_text": str(number),
        "is_prime": verdict in {"prime", "probable_prime"},
        "verdict": verdict,
        "proven": verdict != "probable_prime",
        "method": method,
        "witness": None,
        "certificate": None,
        "seconds": 0.012,
        "expression": None,
        **fields,
    }


def list_result(total: int, primes: int, composites: int, probable_primes: int = 0) -> dict[str, Any]:
    """Return the result of a list as the service sends it."""
    counts = {"primes": primes, "probable_primes": probable_primes, "composites": composites}
    return {"total": total, **counts, "results": f"/{TASK_ID}/results"}


def queue(waiting: int = 0, in_flight: int = 0, delayed: int = 0, slots: int | None = None) -> dict[str, Any]:
    """Return the counts of one queue."""
    return {"waiting": waiting, "in_flight": in_flight, "delayed": delayed, "slots": slots}


def history(**last_steps: list[int]) -> dict[str, Any]:
    """Return a history of fifteen minutes that ends now; the arguments are the last steps of each queue."""
    names = ("tasks", "lists", "long_lists", "proofs", "long_proofs")
    numbers = {name: last_steps.get(name, []) for name in names}
    padded = {name: [0] * (HISTORY_STEPS - len(steps)) + steps for name, steps in numbers.items()}
    return {"step_seconds": 10, "until": ago(), "numbers": padded}


def queues(**fields: Any) -> dict[str, Any]:
    """Return the body of GET /queue: idle queues, but for the fields; a queue's name sets its counts."""
    slots = {"tasks": 40, "lists": 20, "long_lists": 2, "proofs": 2, "long_proofs": 2, "dead_letters": None}
    counts = {name: fields.pop(name, queue(slots=number)) for name, number in slots.items()}
    return {"queues": counts, "history": history(), "failed": [], "next": None, **fields}


def respond(route: Route, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
    """Respond to an intercepted request as the service does."""
    content_type = "application/json" if status < 400 else PROBLEM
    route.fulfill(status=status, headers={"Content-Type": content_type, **(headers or {})}, body=json.dumps(body))


def accept(route: Route, task_id: str = TASK_ID) -> None:
    """Respond to an intercepted POST as the service does to a task that it queued."""
    respond(route, {"status": "success", "task_id": task_id}, 202)


def refuse(route: Route, status: int, detail: str) -> None:
    """Respond to an intercepted request with a problem."""
    respond(route, {"type": "about:blank", "title": "Refused", "status": status, "detail": detail}, status)


def serve_queues(page: Page, body: dict[str, Any]) -> None:
    """Let the service respond to GET /queue with this body, later changes of it included."""
    page.route("**/queue", lambda route: respond(route, body))


def row(index: int, status: str, queue: str, **fields: Any) -> dict[str, Any]:
    """Return a task as GET /tasks lists it: a number unless the fields say otherwise."""
    final = status in {"SUCCESS", "FAILURE", "REVOKED"}
    return {
        "task_id": id_of(index),
        "status": status,
        "kind": "number",
        "queue": queue,
        "subject": None,
        "total": None,
        "finished": None,
        "verdict": None,
        "factors": None,
        "primes": None,
        "started_at": None,
        "error": None,
        "attempts": 5 if status == "FAILURE" else 1,
        "submitted_at": ago(minutes=index + 1),
        "finished_at": ago(minutes=index) if final else None,
        "expires_at": ago(days=-7),
        **fields,
    }
