"""How long each step takes from a small number's submit to its stored result: `python -m benchmarks.hops`.

It runs a copy of the service that logs when its handlers and its calls of AWS begin and end.
"""

import json
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.client import FINAL, read, submit
from benchmarks.load import Connection
from benchmarks.measures import SMALL, connected
from benchmarks.service import prepare, run_service
from benchmarks.service_processes import handle_sigterm_as_interrupt

TRACE = Path(__file__).with_name("hop_trace.py")

#: The lines that are added to app.py: its POST handler and its worker are replaced by traced ones.
ADDED = """
from chalicelib import hop_trace

hop_trace.trace_aws_calls()
app.routes["/"]["POST"].view_function = hop_trace.traced("submit", app.routes["/"]["POST"].view_function)
worker = hop_trace.traced("worker", worker)
"""

#: Numbers that are sent before those that are measured.
WARM_UP = 20
#: Between two numbers, so that the work after a result (the history, the deletion of the message) has ended.
PAUSE_SECONDS = 0.02
#: How often the client reads the task.
POLL_SECONDS = 0.0005

#: Each hop, and the parts in which its time is spent. The hops follow each other; their sum is the whole latency.
HOPS = (
    ("the request: client to handler", "local server"),
    ("the handler, before its call of SQS", "API"),
    ("`SendMessage`", "boto3, emulator"),
    ("from the queue to the worker's handler", "emulator"),
    ("the worker: message, number, screening", "worker"),
    ("the write to the table", "boto3, emulator"),
    ("until a read shows it", "client, local server, emulator"),
)


@dataclass(frozen=True)
class Hops:
    """Milliseconds of the hops.

    Attributes:
        medians: one for each of `HOPS`.
        accepted: from the request to the client's response 202.
        total: from the request to the response that shows the result.
    """

    medians: tuple[float, ...]
    accepted: float
    total: float


def measure(count: int) -> Hops:
    """Send `count` small numbers, one after another, and return the medians."""
    with run_service(change=_add_trace) as service, connected(service.port) as connection:
        sent = [_send(connection) for _ in range(WARM_UP + count)][WARM_UP:]
        # The worker writes its line after the result can be read: a last number, which does not count, comes after it.
        _send(connection)
        trace = [json.loads(line) for line in _trace_path(service.folder).read_text().splitlines()]
    boundaries = [_boundaries(trace, *times) for times in sent]
    hops = zip(*([1000 * (end - start) for start, end in pairwise(times)] for times in boundaries), strict=True)
    return Hops(
        tuple(map(statistics.median, hops)),
        statistics.median(1000 * (accepted - start) for start, accepted, _ in sent),
        statistics.median(1000 * (end - start) for start, _, end in sent),
    )


def section(found: Hops) -> str:
    """Return the measurement as a section of README.md."""
    rows = [f"| {name} | {part} | {ms:.2f} |" for (name, part), ms in zip(HOPS, found.medians, strict=True)]
    return "\n".join(
        [
            "## The time from submit to final, by step",
            "Medians of small numbers, one after another, measured by a copy of the service that logs the times",
            f"(`python -m benchmarks.hops`). The client reads every {1000 * POLL_SECONDS:g} ms.",
            "",
            "| step | spent in | ms |",
            "|---|---|---|",
            *rows,
            f"| all steps | | {found.total:.2f} |",
            f"| *for comparison:* from the request to the response 202 | | {found.accepted:.2f} |",
        ]
    )


def _send(connection: Connection) -> tuple[float, float, float]:
    """Return when a number was sent, when it was accepted and when it was seen final."""
    time.sleep(PAUSE_SECONDS)
    start = time.time()
    task_id = submit(connection, SMALL)
    accepted = time.time()
    while read(connection, task_id)["status"] not in FINAL:
        time.sleep(POLL_SECONDS)
    return start, accepted, time.time()


def _boundaries(trace: list[tuple[str, float, float]], start: float, _: float, end: float) -> list[float]:
    """Return the times between the hops of a number that was sent at `start` and seen final at `end`."""

    def first(name: str, after: float) -> tuple[float, float]:
        return min((began, ended) for found, began, ended in trace if found == name and began >= after)

    handled, _ = first("submit", start)
    calling, called = first("SendMessage", handled)
    # The worker may have the message before the API has its response.
    working, _ = first("worker", calling)
    writing, written = first("BatchExecuteStatement", working)
    return [start, handled, calling, min(called, working), working, writing, written, max(end, written)]


def _add_trace(folder: Path) -> None:
    source = TRACE.read_text().replace('"TRACE_PATH"', repr(str(_trace_path(folder))))
    (folder / "chalicelib" / TRACE.name).write_text(source)
    with (folder / "app.py").open("a") as app:
        app.write(ADDED)


def _trace_path(folder: Path) -> Path:
    return folder / "trace.jsonl"


if __name__ == "__main__":
    handle_sigterm_as_interrupt()
    prepare()
    print(section(measure(200)))
