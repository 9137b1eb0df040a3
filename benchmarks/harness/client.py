"""The actions of a client on tasks, by requests that both the service and its peer support."""

import contextlib
import time
from collections.abc import Iterator, Sequence

from benchmarks.harness.load import Connection, Load, Response, drive, read_request, submit_request

#: Between two looks at a task that a measure waits for; short enough to leave the cores to the service.
POLL_SECONDS = 0.002
#: How long to wait for a task to become final.
FINAL_TIMEOUT_SECONDS = 300.0
#: How long a client sends a request again, and how often.
RESPONSE_TIMEOUT_SECONDS, PAUSE_SECONDS = 120.0, 0.1

FINAL = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


@contextlib.contextmanager
def connected(port: int) -> Iterator[Connection]:
    """Yield a connection to `port` and close it on exit."""
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()


def submit(connection: Connection, body: object) -> str:
    """Submit `body` and return the task's id."""
    return str(connection.exchange(submit_request(body)).json()["task_id"])


def read(connection: Connection, task_id: str) -> dict[str, object]:
    """Return the task as GET returns it."""
    return connection.exchange(read_request(task_id)).json()


def wait(connection: Connection, task_id: str, *, poll: float = POLL_SECONDS) -> dict[str, object]:
    """Read the task every `poll` seconds until it is final, and return it.

    Raises:
        TimeoutError: it is not final after `FINAL_TIMEOUT_SECONDS`.
    """
    deadline = time.perf_counter() + FINAL_TIMEOUT_SECONDS
    while (task := read(connection, task_id))["status"] not in FINAL:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"task {task_id} is {task['status']} after {FINAL_TIMEOUT_SECONDS:.0f} s")
        time.sleep(poll)
    return task


def cancel(connection: Connection, task_id: str) -> None:
    """Cancel a task, unless it has become final in the meantime."""
    response = connection.exchange(read_request(task_id, "DELETE"))
    if response.status != 409:
        response.json()


def submit_all(port: int, bodies: Sequence[object], *, clients: int = 8) -> tuple[Load, list[str]]:
    """Submit each of `bodies`, and return the load and the ids of the tasks."""
    load = drive(port, [submit_request(body) for body in bodies], clients=clients)
    return load, [str(response.json()["task_id"]) for response in load.responses]


def unfinished(port: int, ids: Sequence[str], *, clients: int = 8) -> list[str]:
    """Read every task of `ids` once and return those that are not final."""
    load = drive(port, [read_request(task_id) for task_id in ids], clients=clients)
    statuses = [response.json()["status"] for response in load.responses]
    return [task_id for task_id, status in zip(ids, statuses, strict=True) if status not in FINAL]


def finish(port: int, bodies: Sequence[object]) -> float:
    """Submit `bodies` and return the seconds from the first submit to the read that shows the last one final.

    At first only the last hundred tasks are polled, so that the reads leave the cores to the work. Then all tasks are
    read once, and those that are still open are polled, too.
    """
    start = final = time.perf_counter()
    _, ids = submit_all(port, bodies)
    pending, is_checked = ids[-100:], False
    while pending or not is_checked:
        if pending:
            time.sleep(POLL_SECONDS)
            pending = unfinished(port, pending, clients=1)
            final = time.perf_counter()
        else:
            pending, is_checked = unfinished(port, ids), True
        if final > start + FINAL_TIMEOUT_SECONDS:
            raise TimeoutError(f"{len(pending)} of {len(ids)} tasks are not final after {FINAL_TIMEOUT_SECONDS} s")
    return final - start


class RetryingConnection(Connection):
    """A connection that sends a request again until it gets a response other than 503."""

    #: Requests that were sent again.
    sent_again = 0

    def exchange(self, request: bytes) -> Response:
        """Return the response to a request.

        Raises:
            TimeoutError: there is none after `RESPONSE_TIMEOUT_SECONDS`.
        """
        end, attempts = time.monotonic() + RESPONSE_TIMEOUT_SECONDS, 0
        while time.monotonic() < end:
            self.sent_again += attempts == 1
            attempts += 1
            try:
                if (response := super().exchange(request)).status != 503:
                    return response
            except OSError:
                self.close()
            time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"no response for {RESPONSE_TIMEOUT_SECONDS:.0f} s to {request[:100]!r}")
