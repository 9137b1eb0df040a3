"""A client that sends a request again until it gets a response, as clients of a service with outages do."""

import itertools
import time
from dataclasses import dataclass, field
from http import HTTPStatus

from benchmarks.client import FINAL
from benchmarks.load import Connection, Response, read_request, submit_request
from benchmarks.soak.submissions import Kind, Submission

#: The service is stopped for some seconds, and a killed API process is started again after five.
RESPONSE_TIMEOUT_SECONDS = 120.0
PAUSE_SECONDS = 0.1

PAGE_RESULTS = 5_000


@dataclass(frozen=True, slots=True)
class Finished:
    """A final task as a client reads it: the task, and the results of a list or the certificate of a prime."""

    task: dict[str, object]
    attachment: object


@dataclass
class RetryingClient:
    """A client with one connection, which counts the requests that it sent again."""

    port: int
    sent_again: int = 0
    _connection: Connection = field(init=False)

    def __post_init__(self) -> None:
        """Create the connection, which the first request opens."""
        self._connection = Connection(self.port)

    def exchange(self, request: bytes) -> Response:
        """Send a request until it gets a response other than 503, and return that.

        Raises:
            TimeoutError: there is none after `RESPONSE_TIMEOUT_SECONDS`.
        """
        start = time.monotonic()
        for attempt in itertools.count(1):
            try:
                response = self._connection.exchange(request)
            except OSError:
                self._connection.close()
            else:
                if response.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    return response
            if time.monotonic() > start + RESPONSE_TIMEOUT_SECONDS:
                break
            self.sent_again += attempt == 1
            time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"no response for {RESPONSE_TIMEOUT_SECONDS:.0f} s to {request[:100]!r}")

    def submit(self, submission: Submission) -> str:
        """Submit and return the task's id.

        Raises:
            RuntimeError: the response is not 202.
        """
        response = self.exchange(with_key(submit_request(submission.body), submission.key))
        if response.status != HTTPStatus.ACCEPTED:
            raise RuntimeError(f"the response to a submit is {response.status}: {response.body[:500]!r}")
        return str(response.json()["task_id"])

    def read(self, task_id: str, kind: Kind) -> Finished | None:
        """Return a task if it is final, else None. An unknown task is not final, and so counts as lost in the end."""
        response = self.exchange(read_request(task_id))
        if response.status == HTTPStatus.NOT_FOUND:
            return None
        task = response.json()
        if task["status"] not in FINAL:
            return None
        return Finished(task, self._results(task_id) if kind is Kind.LIST else self._certificate(task_id, task))

    def _certificate(self, task_id: str, task: dict[str, object]) -> object:
        result = task["result"]
        if not isinstance(result, dict) or not result["certificate"]:
            return None
        return self.exchange(read_request(f"{task_id}/certificate")).body

    def _results(self, task_id: str) -> list[object]:
        """Return a list's results from all pages."""
        results: list[object] = []
        cursor: object = "1.0"
        while cursor:
            page = self.exchange(read_request(f"{task_id}/results?limit={PAGE_RESULTS}&cursor={cursor}")).json()
            rows = page["results"]
            assert isinstance(rows, list)
            results += rows
            cursor = page["next"]
        return results


def with_key(request: bytes, key: str | None) -> bytes:
    """Return a request with an Idempotency-Key, or unchanged if `key` is None."""
    if key is None:
        return request
    line, _, rest = request.partition(b"\r\n")
    return b"\r\n".join((line, f"Idempotency-Key: {key}".encode(), rest))
