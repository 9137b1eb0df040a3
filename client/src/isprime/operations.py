"""The requests of the HTTP contract as operations, which the synchronous and the async client share."""

from __future__ import annotations

import json
import math
import re
import time
import uuid
from collections.abc import Callable, Sequence
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
    """Queue a number as a new task, with its prime factors or as a search, and return the task's id.

    The search for the other factors starts from `known_factors`. Those of N - 1 or N + 1 help to prove a prime N.
    """
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
    session: Session, task_id: str, *, timeout: float | None = None, on_progress: OnTask | None = None
) -> Steps[Task]:
    """Return a task when it is final; raises WaitTimeout after `timeout` seconds."""
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
    *,
    timeout: float | None = None,
    on_progress: OnTask | None = None,
    factors: bool = False,
) -> Steps[Result]:
    """Return the result of a number, once the service has finished it.

    Args:
        session: The client's session.
        number: An integer of any size, or a string: decimal, hexadecimal or an expression such as `2^127-1`.
        timeout: Seconds to wait for the result.
        on_progress: Called with the task at each read until it is finished.
        factors: Whether to find the prime factors, too.

    Raises:
        InvalidNumber: the service refuses the number.
        WaitTimeout: there is no final result after `timeout` seconds; the task goes on.
        TaskFailed, TaskCancelled: the task ended without a result.
        Unavailable: the service did not respond.
    """
    return _result(session, number, timeout, on_progress, factors=factors)


def factor(
    session: Session,
    number: SupportsIndex | str,
    *,
    timeout: float | None = None,
    on_progress: OnTask | None = None,
) -> Steps[Result]:
    """Return the result of a number with its prime factors: `check` with `factors=True`."""
    return _result(session, number, timeout, on_progress, factors=True)


def next_prime(
    session: Session,
    number: SupportsIndex | str,
    *,
    timeout: float | None = None,
    on_progress: OnTask | None = None,
) -> Steps[Result]:
    """Return the result of the least prime above a number of up to 10,000 digits.

    The arguments and the exceptions are those of `check`. `of` is the number, `distance` how far the prime is.
    """
    return _result(session, number, timeout, on_progress, find="next")


def previous_prime(
    session: Session,
    number: SupportsIndex | str,
    *,
    timeout: float | None = None,
    on_progress: OnTask | None = None,
) -> Steps[Result]:
    """Return the result of the greatest prime below a number above 2; otherwise as `next_prime`."""
    return _result(session, number, timeout, on_progress, find="previous")


def _result(  # noqa: PLR0913 - what every question has, and what it asks for
    session: Session,
    number: SupportsIndex | str,
    timeout: float | None,
    on_progress: OnTask | None,
    *,
    factors: bool = False,
    find: Find | None = None,
) -> Steps[Result]:
    task_id = yield from submit(session, number, factors=factors, find=find)
    result = result_of(session, (yield from wait(session, task_id, timeout=timeout, on_progress=on_progress)))
    if find:
        require_search(session.url, result)
    return result


def require_search(url: str, result: Result) -> None:
    """Raise UnexpectedResponse for the result of a search if the service tested the number itself."""
    if result.of is None or not result.is_prime:
        raise UnexpectedResponse(f"{url}: the service does not search for primes; it is older than this client.")


def result_of(session: Session, task: Task) -> Result:
    """Return the result of a final task of one number; raises TaskFailed or TaskCancelled if it has none."""
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
    """Cancel a task and return it; raises Conflict if it is finished."""
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
    """Queue a failed task again; raises Conflict if it has not failed."""
    yield from exchange(session, Send("POST", f"{_path(task_id)}/retry"))


def certificate(
    session: Session, task_id: str, *, form: CertificateFormat = "isprime", factor: int | None = None
) -> Steps[str]:
    """Return the certificate of a proven prime, or of the factor with this place in `factors`, from 1.

    Raises NotFound where there is none.
    """
    params = {"format": form} | ({} if factor is None else {"factor": str(factor)})
    response = yield from exchange(session, Send("GET", f"{_path(task_id)}/certificate", params=params))
    if not re.fullmatch(r"\s*[\x21-\x7e][\x20-\x7e\t\r\n]*", response.text):
        raise not_this_service(session, response)
    return response.text


def queue(session: Session) -> Steps[Queue]:
    """Return what the service's queues hold."""
    response = yield from exchange(session, Send("GET", "queue"))
    return parsed(session, response, Queue.from_json)


def tasks(  # noqa: PLR0913 - one for each parameter of the request
    session: Session,
    *,
    status: str | None = None,
    queue: str | None = None,
    since: str | None = None,
    search: str | None = None,
    limit: int = 50,
) -> Steps[list[TaskSummary]]:
    """Return tasks that take long and tasks that failed, the newest first.

    Args:
        session: The client's session.
        status: Only these, such as FAILURE.
        queue: Only those in this queue, by its name in `queue()`.
        since: Only those of the last time, such as 15m, 24h or 7d.
        search: Only those with this number, in any notation, or this id or its beginning.
        limit: The most tasks.
    """
    wanted = {"status": status, "queue": queue, "since": since, "q": search}
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
