"""Tasks as a client of the plain contract sees them, at the service and its peer alike."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.load import Connection, Load, drive, read_request, submit_request

#: Fine enough for latencies of a few milliseconds, coarse enough to leave the cores to the service.
POLL_SECONDS = 0.002

#: A task that is not final by then counts as lost.
PATIENCE_SECONDS = 300.0

FINAL = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


@dataclass(frozen=True)
class Finish:
    """When the last of many tasks was seen final: seconds since they were begun."""

    submitted: float
    final: float


def submit(connection: Connection, body: object) -> str:
    """Submit `body` and return the task's id."""
    return str(connection.ask(submit_request(body)).json()["task_id"])


def read(connection: Connection, task_id: str) -> dict[str, object]:
    """Return the task as GET gives it."""
    return connection.ask(read_request(task_id)).json()


def wait(connection: Connection, task_id: str, *, seconds: float = PATIENCE_SECONDS) -> dict[str, object]:
    """Poll until the task is final and return it; TimeoutError after `seconds`."""
    deadline = time.perf_counter() + seconds
    while (task := read(connection, task_id))["status"] not in FINAL:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"task {task_id} is {task['status']} after {seconds} s")
        time.sleep(POLL_SECONDS)
    return task


def cancel(connection: Connection, task_id: str) -> None:
    """Cancel a task, unless it has become final in the meantime."""
    reply = connection.ask(read_request(task_id, "DELETE"))
    if reply.status != 409:
        reply.json()


def latency(connection: Connection, body: object) -> float:
    """Return the seconds from submitting `body` to seeing it final."""
    start = time.perf_counter()
    wait(connection, submit(connection, body))
    return time.perf_counter() - start


def task_ids(load: Load) -> list[str]:
    """Return the ids of the tasks that a load of submits made."""
    return [str(reply.json()["task_id"]) for reply in load.replies]


def unfinished(port: int, ids: Sequence[str], *, clients: int = 8) -> list[str]:
    """Read every task of `ids` once and return those that are not final."""
    load = drive(port, [read_request(task_id) for task_id in ids], clients=clients)
    return [task_id for task_id, reply in zip(ids, load.replies, strict=True) if reply.json()["status"] not in FINAL]


def finish(port: int, bodies: Sequence[object], *, clients: int) -> Finish:
    """Submit `bodies` and return when the last became final.

    Only the last hundred are polled, so that reading does not take the cores from the work; then all are read,
    and where one lagged behind, the time at which it was seen final counts.
    """
    start = time.perf_counter()
    load = drive(port, [submit_request(body) for body in bodies], clients=clients)
    ids = task_ids(load)
    deadline = start + PATIENCE_SECONDS
    pending = ids[-100:]
    final = start
    checked = False
    while pending or not checked:
        if pending:
            time.sleep(POLL_SECONDS)
            pending = unfinished(port, pending, clients=1)
            final = time.perf_counter()
        else:
            pending, checked = unfinished(port, ids), True
        if final > deadline:
            raise TimeoutError(f"{len(pending)} of {len(ids)} tasks are not final after {PATIENCE_SECONDS} s")
    return Finish(load.seconds, final - start)


def finished_within(port: int, bodies: Sequence[object], *, clients: int, seconds: float) -> int:
    """Submit `bodies` and return how many are final `seconds` after the first was sent."""
    start = time.perf_counter()
    ids = task_ids(drive(port, [submit_request(body) for body in bodies], clients=clients))
    while (left := start + seconds - time.perf_counter()) > 0:
        time.sleep(min(left, 0.5))
    return len(ids) - len(unfinished(port, ids))
