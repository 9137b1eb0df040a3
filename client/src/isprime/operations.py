"""The requests of the HTTP contract as operations, which the synchronous and the async client share."""

from __future__ import annotations

import json
import math
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, SupportsIndex

from isprime import fields, numbers
from isprime.errors import Conflict, NotFound, TaskCancelled, TaskFailed, UnexpectedResponse, WaitTimeout
from isprime.exchange import Session, exchange, not_this_service, parsed, retry_after
from isprime.models import CertificateFormat, Find, Queue, Task
from isprime.results import Result
from isprime.steps import REQUEST_SECONDS, Send, Sleep, Steps
from isprime.summaries import TaskSummary, summaries_from_json

#: How long one request may ask the service to wait. The contract allows 25.
MAX_WAIT_SECONDS = 20
#: The same if the caller gets the progress.
WATCHED_WAIT_SECONDS = 2

#: The most tasks of a page.
MAX_PAGE_TASKS = 100

OnTask = Callable[[Task], None]


def submit(
    session: Session,
    number: SupportsIndex | str,
    *,
    factors: bool = False,
    find: Find | None = None,
    known_factors: Sequence[SupportsIndex | str] = (),
) -> Steps[str]:
    """Queue a number, or the search for the prime next to it, as a new task and return the task's id."""
    asked: dict[str, Any] = ({"factors": True} if factors else {}) | ({"find": find} if find else {})
    if known_factors:
        asked["known_factors"] = [numbers.to_json(factor) for factor in known_factors]
    body = json.dumps({"number": numbers.to_json(number)} | asked).encode()
    return (yield from submit_body(session, body, str(uuid.uuid4())))


def submit_body(session: Session, body: bytes, key: str) -> Steps[str]:
    """Submit a JSON body under an Idempotency-Key and return the task's id."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    response = yield from exchange(session, Send("POST", "", headers=headers, content=body))
    return parsed(session, response, lambda data: fields.task_id(data["task_id"]))


def read(session: Session, task_id: str) -> Steps[Task]:
    """Return a task as it is now."""
    response = yield from exchange(session, Send("GET", _path(task_id)))
    return parsed(session, response, Task.from_json)


def wait(
    session: Session, task_id: str, timeout: float | None = None, on_progress: OnTask | None = None
) -> Steps[Task]:
    """Return a task once it is final.

    Raises:
        WaitTimeout: it is not final after `timeout` seconds.
    """
    deadline = math.inf if timeout is None else time.monotonic() + timeout
    limit = WATCHED_WAIT_SECONDS if on_progress else MAX_WAIT_SECONDS
    while True:
        seconds = max(0, min(limit, math.ceil(deadline - time.monotonic()))) if timeout is not None else limit
        request = Send(
            "GET",
            _path(task_id),
            headers={"Prefer": f"wait={seconds}"},
            timeout_seconds=REQUEST_SECONDS + seconds,
        )
        sent_at = time.monotonic()
        response = yield from exchange(session, request)
        task = parsed(session, response, Task.from_json)
        if task.is_final:
            return task
        if on_progress:
            on_progress(task)
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise WaitTimeout(f"Task {task_id} is not finished after {timeout:g} s; it goes on.", task)
        if time.monotonic() - sent_at < seconds / 2:  # the service did not wait
            yield Sleep(min(retry_after(response) or 1.0, MAX_WAIT_SECONDS, remaining))


def check(
    session: Session,
    number: SupportsIndex | str,
    timeout: float | None = None,
    on_progress: OnTask | None = None,
    *,
    factors: bool = False,
) -> Steps[Result]:
    """Submit a number and return its result once it is final."""
    task_id = yield from submit(session, number, factors=factors)
    task = yield from wait(session, task_id, timeout, on_progress)
    return result_of(session, task)


def find(
    session: Session, number: SupportsIndex | str, direction: Find, timeout: float | None, on_progress: OnTask | None
) -> Steps[Result]:
    """Submit the search for the prime next to a number and return its result once it is final."""
    task_id = yield from submit(session, number, find=direction)
    task = yield from wait(session, task_id, timeout, on_progress)
    result = result_of(session, task)
    require_search(session.url, result)
    return result


def require_search(url: str, result: Result) -> None:
    """Raise UnexpectedResponse for the result of a search if the service tested the number itself."""
    if result.of is None or not result.is_prime:
        raise UnexpectedResponse(f"{url}: the service does not search for primes; it is older than this client.")


def result_of(session: Session, task: Task) -> Result:
    """Return the result of a final task of one number.

    Raises:
        TaskFailed, TaskCancelled: it has none.
    """
    require_success(task)
    if not isinstance(task.result, Result):
        raise UnexpectedResponse(f"{session.url}: task {task.task_id} has no result of one number.")
    return task.result


def require_success(task: Task) -> None:
    """Raise TaskFailed or TaskCancelled for a final task that has no result."""
    if task.status == "REVOKED":
        raise TaskCancelled(f"Task {task.task_id} was cancelled.", task)
    if task.status == "FAILURE":
        raise TaskFailed(f"Task {task.task_id} failed: {task.error or 'no reason is known'}", task)


def cancel(session: Session, task_id: str) -> Steps[Task]:
    """Cancel a task and return it. A task that was cancelled before is returned unchanged.

    Raises:
        Conflict: it is finished.
    """
    try:
        response = yield from exchange(session, Send("DELETE", _path(task_id)))
    except Conflict:
        # A request that is sent again after a lost response finds the task cancelled.
        task = yield from read(session, task_id)
        if task.status != "REVOKED":
            raise
        return task
    return parsed(session, response, Task.from_json)


def retry(session: Session, task_id: str) -> Steps[None]:
    """Queue a failed task again.

    Raises:
        Conflict: it has not failed.
    """
    yield from exchange(session, Send("POST", f"{_path(task_id)}/retry"))


def certificate(
    session: Session, task_id: str, form: CertificateFormat = "isprime", factor: int | None = None
) -> Steps[str]:
    """Return the certificate of a proven prime or of its factor with this place."""
    params = {"format": form} | ({} if factor is None else {"factor": str(factor)})
    response = yield from exchange(session, Send("GET", f"{_path(task_id)}/certificate", params=params))
    if not re.fullmatch(r"\s*[\x21-\x7e][\x20-\x7e\t\r\n]*", response.text):
        raise not_this_service(session, response)
    return response.text


def queue(session: Session) -> Steps[Queue]:
    """Return what the queues hold."""
    response = yield from exchange(session, Send("GET", "queue"))
    return parsed(session, response, Queue.from_json)


def tasks(session: Session, limit: int, wanted: Mapping[str, str | None]) -> Steps[list[TaskSummary]]:
    """Return up to `limit` tasks, the newest first: those with the parameters of `GET /tasks` that are not None."""
    params = {name: value for name, value in wanted.items() if value is not None}
    found: list[TaskSummary] = []
    cursor = None
    while True:
        params["limit"] = str(min(limit - len(found), MAX_PAGE_TASKS))
        response = yield from exchange(session, Send("GET", "tasks", params=params))
        page, following = parsed(session, response, summaries_from_json)
        found += page
        if following is None or len(found) >= limit:
            return found
        if following == cursor:
            raise not_this_service(session, response)
        params["cursor"] = cursor = following


def _path(task_id: str) -> str:
    """Return a task's path.

    Raises:
        NotFound: the text is not a task id, but for example another path.
    """
    try:
        return str(uuid.UUID(task_id))
    except ValueError:
        raise NotFound(f"{task_id!r} is not a task id: an id looks like {uuid.UUID(int=0)}.") from None
