"""The time of each step from a small number's submit to its stored result: `python -m benchmarks.steps`.

It runs a copy of the service that logs when its handlers and its calls of AWS begin and end.
"""

import json
import statistics
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.harness.client import FINAL, connected, read, submit
from benchmarks.harness.load import Connection
from benchmarks.harness.processes import handle_sigterm_as_interrupt
from benchmarks.harness.report import markdown
from benchmarks.harness.service import prepare, run_service
from benchmarks.measures import SMALL

TRACE = Path(__file__).with_name("step_trace.py")

#: The lines that are added to app.py: its POST handler and its worker are replaced by traced ones.
ADDED = """
from chalicelib import step_trace

step_trace.trace_aws_calls()
app.routes["/"]["POST"].view_function = step_trace.traced("submit", app.routes["/"]["POST"].view_function)
worker = step_trace.traced("worker", worker)
"""

#: Numbers that are sent before those that are measured.
WARM_UP = 20
#: Between two numbers, so that the work after a result (the history, the deletion of the message) has ended.
PAUSE_SECONDS = 0.02
#: How often the client reads the task.
POLL_SECONDS = 0.0005

#: Each step, and the parts in which its time is spent. The steps follow each other; their sum is the whole latency.
STEPS = (
    ("the request: client to handler", "local server"),
    ("the handler, before its call of SQS", "API"),
    ("`SendMessage`", "boto3, emulator"),
    ("from the queue to the worker's handler", "emulator"),
    ("the worker: message, number, screening", "worker"),
    ("the write to the table", "boto3, emulator"),
    ("until a read shows it", "client, local server, emulator"),
)


def section(count: int) -> str:
    """Send `count` small numbers, one after another, and return the medians as a section of README.md."""
    with run_service(change=_add_trace) as service, connected(service.port) as connection:
        sent = [_send(connection) for _ in range(WARM_UP + count)][WARM_UP:]
        # The worker writes its line after the result can be read: a last number, which does not count, comes after it.
        _send(connection)
        trace = [json.loads(line) for line in _trace_path(service.folder).read_text().splitlines()]
    boundaries = [_boundaries(trace, *times) for times in sent]
    steps = zip(*([end - start for start, end in pairwise(times)] for times in boundaries), strict=True)
    rows = [(name, part, _median_ms(seconds)) for (name, part), seconds in zip(STEPS, steps, strict=True)]
    rows.append(("all steps", "", _median_ms([end - start for start, _, end in sent])))
    accepted = _median_ms([accepted - start for start, accepted, _ in sent])
    rows.append(("*for comparison:* from the request to the response 202", "", accepted))
    return f"""## The time from submit to final, by step
Medians of small numbers, one after another, measured by a copy of the service that logs the times
(`python -m benchmarks.steps`). The client reads every {1000 * POLL_SECONDS:g} ms.

{markdown("step | spent in | ms", rows)}"""


def _median_ms(seconds: Sequence[float]) -> str:
    return f"{1000 * statistics.median(seconds):.2f}"


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
    """Return the times between the steps of a number that was sent at `start` and seen final at `end`."""

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
    print(section(200))
