"""A client that sends a request again until it is answered, as a client of a service that may be down does."""

import itertools
import time
from dataclasses import dataclass, field
from http import HTTPStatus

from benchmarks.client import FINAL
from benchmarks.load import Connection, Reply, read_request, submit_request
from benchmarks.soak.submissions import Kind, Submission

#: The service is stopped for some seconds, and an API process that was killed is started again after five.
PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.1

PAGE_RESULTS = 5_000


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished task as a client reads it: the task, and a list's results or a prime's certificate."""

    task: dict[str, object]
    detail: object


@dataclass
class Caller:
    """One connection, and how many requests it had to send again."""

    port: int
    sent_again: int = 0
    _connection: Connection = field(init=False)

    def __post_init__(self) -> None:
        """Aim at the port; the first request connects."""
        self._connection = Connection(self.port)

    def ask(self, request: bytes) -> Reply:
        """Send a request until the response is another one than 503; TimeoutError where none comes for long."""
        start = time.monotonic()
        for trial in itertools.count(1):
            try:
                reply = self._connection.ask(request)
            except OSError:
                self._connection.close()
            else:
                if reply.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    return reply
            if time.monotonic() > start + PATIENCE_SECONDS:
                break
            self.sent_again += trial == 1
            time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"no response for {PATIENCE_SECONDS:.0f} s to {request[:100]!r}")

    def submit(self, submission: Submission) -> str:
        """Submit until the response is 202, and return the task's id; RuntimeError for any other response."""
        reply = self.ask(with_key(submit_request(submission.body), submission.key))
        if reply.status != HTTPStatus.ACCEPTED:
            raise RuntimeError(f"a submit was answered {reply.status}: {reply.body[:500]!r}")
        return str(reply.json()["task_id"])

    def read(self, task_id: str, kind: Kind) -> Finished | None:
        """Return a task that is final, else None: an unknown one is not final either, and so becomes a lost one."""
        reply = self.ask(read_request(task_id))
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        task = reply.json()
        if task["status"] not in FINAL:
            return None
        return Finished(task, self._results(task_id) if kind is Kind.LIST else self._certificate(task_id, task))

    def _certificate(self, task_id: str, task: dict[str, object]) -> object:
        result = task["result"]
        if not isinstance(result, dict) or not result["certificate"]:
            return None
        return self.ask(read_request(f"{task_id}/certificate")).body

    def _results(self, task_id: str) -> list[object]:
        """Return a list's results of all pages."""
        results: list[object] = []
        cursor: object = "1.0"
        while cursor:
            page = self.ask(read_request(f"{task_id}/results?limit={PAGE_RESULTS}&cursor={cursor}")).json()
            rows = page["results"]
            assert isinstance(rows, list)
            results += rows
            cursor = page["next"]
        return results


def with_key(request: bytes, key: str | None) -> bytes:
    """Return a request with an Idempotency-Key, or as it is without one."""
    if key is None:
        return request
    line, _, rest = request.partition(b"\r\n")
    return b"\r\n".join((line, f"Idempotency-Key: {key}".encode(), rest))
