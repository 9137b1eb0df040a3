"""A fake of the service in memory, with its HTTP contract and with failures that a test chooses."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from isprime.numbers import to_decimal

Failure = httpx.Response | Exception


def problem(status: int, detail: str, **headers: str) -> httpx.Response:
    """Return an error response of the service."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"type": "about:blank", "title": "Error", "status": status, "detail": detail}
    return httpx.Response(status, json=body, headers={"Content-Type": "application/problem+json", **names})


@cache
def result(number: int) -> dict[str, Any]:
    """Return the service's result for a number; a large one is tested by Fermat's theorem alone."""
    factor = next((d for d in range(2, min(number, 1000)) if number % d == 0), None)
    is_composite = factor is not None or (number > 10**6 and pow(2, number - 1, number) != 1)
    verdict = "not_prime" if number < 2 else "composite" if is_composite else "prime"
    witness = {"factor": str(factor)} if factor else {"base": "2", "kind": "strong"} if is_composite else None
    return {
        "number": number if abs(number) < 2**63 else to_decimal(number),
        "is_prime": verdict == "prime",
        "verdict": verdict,
        "proven": True,
        "witness": witness,
    }


def with_factors(found: dict[str, Any], task: FakeTask) -> dict[str, Any]:
    """Return a result with the factors of its number, unless that is below 2."""
    if not task.factors or int(found["number"]) < 2:
        return found
    rest, primes, cofactor = int(found["number"]), Counter[int](), None
    if task.unfactored:
        rest, cofactor = rest // task.unfactored, {"number": task.unfactored, "verdict": "composite"}
    while rest > 1:
        prime = next(d for d in range(2, rest + 1) if rest % d == 0)
        primes[prime] += 1
        rest //= prime
    common = {"is_prime": True, "proven": task.proves, "method": "trial division"}
    address = f"/{task.task_id}/certificate?factor=1" if task.certificate else None
    factors = [{"number": p, "exponent": primes[p], "certificate": address} | common for p in primes]
    parts = [{"notation": "2+1", "factors": [1]}]
    functions = {} if cofactor else {"functions": {"euler_phi": 72, "squarefree": True}}
    return found | {"factors": factors, "complete": not cofactor, "cofactor": cofactor, "parts": parts} | functions


@dataclass
class FakeTask:
    """A task, which is finished after `unfinished_reads` reads."""

    task_id: str
    numbers: list[int]
    is_list: bool
    unfinished_reads: int
    status: str = "PENDING"
    verdict: str | None = None
    certificate: str | None = None
    #: When it is expected, and whether that is late, as an open task says it; an older service says neither.
    expected: dict[str, Any] = field(default_factory=dict)
    factors: bool = False
    unfactored: int | None = None
    proves: bool = True
    find: str | None = None
    computed_at: str | None = None

    def read(self) -> dict[str, Any]:
        """Return the task as JSON, and count the read."""
        if self.status in {"PENDING", "STARTED"}:
            self.unfinished_reads -= 1
            self.status = "SUCCESS" if self.unfinished_reads < 0 else "STARTED"
        times = dict.fromkeys(("submitted_at", "started_at", "finished_at", "expires_at"))
        error = "it failed" if self.status == "FAILURE" else None
        found = self._result() if self.status == "SUCCESS" or self.verdict else None
        running = self.status == "STARTED"
        progress = {"done": 1, "total": 4, "unit": "chunks"} if running and self.is_list else None
        base = {"task_id": self.task_id, "status": self.status, "result": found, "error": error}
        base |= self.expected if self.status in {"PENDING", "STARTED"} else {}
        return base | {"progress": progress, "attempts": 1} | times

    def summary(self) -> dict[str, Any]:
        """Return the task as a page of tasks shows it."""
        kind, subject = ("list", None) if self.is_list else ("number", str(self.numbers[0]))
        total = len(self.numbers) if self.is_list else None
        fixed = {"queue": "long_proofs", "attempts": 1, "error": None, "submitted_at": "2026-11-24T08:33:22.125Z"}
        shown = {"kind": kind, "subject": subject, "total": total, "finished": total and 1, "primes": total and 1}
        shown |= {"verdict": self.verdict, "factors": 2 if self.factors else None}
        return {"task_id": self.task_id, "status": self.status, **shown, **fixed}

    def _result(self) -> dict[str, Any]:
        if self.is_list:
            primes = sum(result(number)["is_prime"] for number in self.numbers)
            return {"total": len(self.numbers), "primes": primes, "composites": len(self.numbers) - primes}
        number = of = self.numbers[0]
        while self.find and (number == of or not result(number)["is_prime"]):
            number += 1 if self.find == "next" else -1
        found = result(number) | {"method": "trial division", "seconds": 0.0025}
        if self.find:
            found |= {"find": self.find, "of": of, "distance": abs(number - of)}
        if self.computed_at:
            found |= {"computed_at": self.computed_at}
        if self.verdict:
            found |= {"verdict": self.verdict, "proven": self.verdict == "prime", "is_prime": True}
        found |= {"certificate": f"/{self.task_id}/certificate" if self.certificate else None}
        return with_factors(found, self)


@dataclass
class FakeService:
    """The fake service.

    Attributes:
        failures: The failures of the next requests: a response to return, an exception to raise, or None for none.
        lost: The exceptions of the next requests that are carried out and whose responses are lost, or None.
        unfinished_reads: How many reads show a new task unfinished.
        page_rows: The maximum number of rows of a page.
        max_list: The maximum length of a list.
        unfactored: The part of each number whose factors are not found.
        proves: Whether prime factors are proven.
        certificate: The certificate of each factor.
        searches: Whether it searches for primes; an older service ignores the field.
    """

    failures: deque[Failure | None] = field(default_factory=deque)
    lost: deque[Exception | None] = field(default_factory=deque)
    unfinished_reads: int = 0
    page_rows: int = 10_000
    max_list: int = 100_000
    unfactored: int | None = None
    proves: bool = True
    certificate: str | None = None
    searches: bool = True
    requests: list[httpx.Request] = field(default_factory=list)
    tasks: dict[str, FakeTask] = field(default_factory=dict)
    on_request: Callable[[httpx.Request], httpx.Response | None] = lambda _: None

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request."""
        self.requests.append(request)
        failure = self.failures.popleft() if self.failures else None
        if isinstance(failure, Exception):
            raise failure
        response = failure or self.on_request(request) or self._respond(request)
        lost = self.lost.popleft() if self.lost else None
        if lost:
            raise lost
        return response

    @property
    def lists(self) -> list[FakeTask]:
        """The lists that were submitted, in order."""
        return [task for task in self.tasks.values() if task.is_list]

    def calls(self, method: str, end: str = "") -> list[httpx.Request]:
        """Return the requests with a method whose path ends with `end`."""
        return [request for request in self.requests if request.method == method and request.url.path.endswith(end)]

    def _respond(self, request: httpx.Request) -> httpx.Response:
        route = (request.method, *request.url.path.strip("/").split("/"))
        if route == ("POST", ""):
            return self._submit(request)
        if route == ("GET", "queue"):
            count = {"waiting": 3, "in_flight": 1, "delayed": 0, "expected_seconds": 1234.5, "oldest_seconds": None}
            failed = {"task_id": str(uuid.UUID(int=7)), "error": "it failed", "attempts": 5, "finished_at": None}
            return httpx.Response(200, json={"queues": {"tasks": count, "dead_letters": count}, "failed": [failed]})
        if route == ("GET", "tasks"):
            return self._page_of_tasks(request.url.params)
        task = self.tasks.get(route[1])
        if task is None:
            return problem(404, "There is no such task, or it has expired.")
        return self._of_task(route, task, request)

    def _page_of_tasks(self, params: httpx.QueryParams) -> httpx.Response:
        """Return a page of at most two tasks: the first one is empty."""
        start, end = int(params.get("cursor", "-1")), int(params.get("cursor", "-1")) + min(int(params["limit"]), 2)
        wanted = [task for task in [*self.tasks.values()][::-1] if params.get("status") in {None, task.status}]
        page = [task.summary() for task in wanted[start:end]] if start >= 0 else []
        following = None if end >= len(wanted) and start >= 0 else str(max(end, 0) if start >= 0 else 0)
        return httpx.Response(200, json={"tasks": page, "next": following})

    def _of_task(self, route: tuple[str, ...], task: FakeTask, request: httpx.Request) -> httpx.Response:
        if route[0] == "DELETE":
            if task.status in {"SUCCESS", "FAILURE", "REVOKED"}:
                return problem(409, "The task is finished.")
            task.status = "REVOKED"
        elif route[2:] == ("retry",):
            if task.status != "FAILURE":
                return problem(409, "The task has not failed.")
            task.status = "PENDING"
            return httpx.Response(202, json={"status": "success", "task_id": task.task_id})
        elif route[2:] == ("results",):
            return self._page(task, request)
        elif route[2:] == ("certificate",):
            return httpx.Response(200, text=task.certificate) if task.certificate else problem(404, "No certificate.")
        return httpx.Response(200, json=task.read())

    def _submit(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        items = body["numbers"] if "numbers" in body else [body["number"]]
        if len(items) > self.max_list:
            return problem(413, "A list has fewer numbers.")
        for index, item in enumerate(items):
            if not re.fullmatch(r"-?(0x[0-9a-f]+|[0-9]+)", str(item)):
                place = f"numbers[{index}]: " if "numbers" in body else ""
                return problem(400, f"{place}{item!r} is not an integer: write digits.")
        numbers = [int(str(item), 0) for item in items]
        task_id = str(uuid.uuid5(uuid.UUID(int=0), request.headers["Idempotency-Key"]))
        task = FakeTask(task_id, numbers, "numbers" in body, self.unfinished_reads)
        task.factors, task.unfactored, task.proves = body.get("factors", False), self.unfactored, self.proves
        task.certificate, task.find = self.certificate, body.get("find") if self.searches else None
        self.tasks.setdefault(task_id, task)
        return httpx.Response(202, json={"status": "success", "task_id": task_id}, headers={"Retry-After": "1"})

    def _page(self, task: FakeTask, request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("cursor", "0"))
        end = start + min(int(request.url.params.get("limit", "1000")), self.page_rows)
        rows = [with_factors(result(number), task) for number in task.numbers[start:end]]
        return httpx.Response(200, json={"results": rows, "next": str(end) if end < len(task.numbers) else None})


@contextmanager
def served(service: FakeService) -> Iterator[str]:
    """Serve on loopback and yield the address. An exception of the service closes the connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Without it a body waits 40 ms for the client's acknowledgement of the header.
        disable_nagle_algorithm = True

        def respond(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = f"http://{self.headers['Host']}{self.path}"
            try:
                response = service.handle(httpx.Request(self.command, url, headers=dict(self.headers), content=content))
            except httpx.RequestError:
                self.close_connection = True
                return
            self.send_response(response.status_code)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.content)

        do_GET = do_POST = do_DELETE = respond  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Ignore a client that does not read its response: what is written here would be the command's."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
