"""The events of final tasks on one machine: how soon they come, and what they cost other work: `-m benchmarks.events`.

Two services run beside each other, one of which publishes no events. They are measured in turn, the one with events
with and without a rule on its bus, so that what else the machine does falls on all.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import boto3
from isprime.watching import BUS, KEY, REGION, Watch, watching

from benchmarks.harness import service
from benchmarks.harness.client import POLL_SECONDS, connected, finish, latency, submit
from benchmarks.harness.load import Connection, drive, percentile, submit_request
from benchmarks.harness.processes import cpu_seconds, descendants
from benchmarks.harness.report import markdown, reached
from benchmarks.harness.service import Service
from benchmarks.measures import SMALL, warm_up

#: How often both are measured, and what each time.
ROUNDS, SUBMITS, TASKS, LATENCIES = 5, 1_000, 1_000, 60
#: Tasks whose events are awaited one after another.
EVENTS = 100
MAX_EVENT_MS = 100
HEADS = "median of five | events, a rule | events, no rule | no events | ratio, a rule | ratio, no rule"
#: A rule's that selects no event of these tasks: what comes after the bus is not the service's.
PATTERN = '{"source": ["is-it-prime"], "detail": {"status": ["FAILURE"]}}'


def without_events(folder: Path) -> None:
    """Change a copy of the project so that it publishes no events."""
    deployment = folder / "infra" / "local" / "deployment.py"
    text = deployment.read_text()
    assert '"Events": "true"' in text
    deployment.write_text(text.replace('"Events": "true"', '"Events": "false"'))


@contextmanager
def both() -> Iterator[tuple[Service, Service, str]]:
    """Run both services; yield that with events, that without, and the endpoint of the first."""
    with service.checkout() as copy, copy.run() as first, service.run_service(without_events) as second:
        for port in (first.port, second.port):
            warm_up(port)
        yield first, second, f"http://127.0.0.1:{copy.emulator_port}"


def measure(measured: Service) -> dict[str, float]:
    """Return the figures of a service."""
    port = measured.port
    submits = drive(port, [submit_request(SMALL)] * SUBMITS, clients=8).per_second
    time.sleep(2)  # for the queue to be empty
    before = cpu_of_all(measured.pid)
    tasks = TASKS / finish(port, [SMALL] * TASKS, clients=8)
    time.sleep(2)  # for the events to be published
    cpu = cpu_of_all(measured.pid) - before
    with connected(port) as connection:
        waits = [latency(connection, SMALL) for _ in range(LATENCIES)]
    return {
        "submits/s, 8 clients": submits,
        "small tasks/s to the last final": tasks,
        "CPU ms a small task, all processes": 1000 * cpu / TASKS,
        "submit→final p50 ms, one after another": 1000 * percentile(waits, 50),
    }


def _measure_with_rule(measured: Service, endpoint: str) -> dict[str, float]:
    """Return the figures of a service while there is a rule on its bus."""
    events = boto3.Session(KEY, KEY, region_name=REGION).client("events", endpoint_url=endpoint)
    events.put_rule(Name="measured", EventBusName=BUS, EventPattern=PATTERN)
    figures = measure(measured)
    events.delete_rule(Name="measured", EventBusName=BUS)
    return figures


def cpu_of_all(root: int) -> float:
    """Return the CPU seconds of a process and its descendants so far."""
    seconds = 0.0
    for pid in descendants(root):
        with suppress(OSError):  # it has ended
            seconds += cpu_seconds(pid)
    return seconds


def event_ms(watch: Watch, connection: Connection) -> list[float]:
    """Return how long after each of some tasks was final its event came, in ms."""
    found = []
    for _ in range(EVENTS):
        task_id = submit(connection, SMALL)
        while True:
            details = [detail for detail in watch.receive(wait_seconds=0) if detail["task_id"] == task_id]
            if details:
                break
            time.sleep(POLL_SECONDS)
        found.append(1000 * (time.time() - datetime.fromisoformat(details[0]["finished_at"]).timestamp()))
    return found


def waiting_ms(connection: Connection) -> list[float]:
    """Return how long after each of some tasks was final the response to `Prefer: wait` came, in ms."""
    found = []
    for _ in range(EVENTS):
        request = submit_request(SMALL).replace(b"\r\n\r\n", b"\r\nPrefer: wait=25\r\n\r\n", 1)
        task = connection.exchange(request).json()
        found.append(1000 * (time.time() - datetime.fromisoformat(str(task["finished_at"])).timestamp()))
    return found


def section() -> str:
    """Measure, and return the figures as a section of README.md."""
    with both() as (with_events, without, endpoint):
        runs = [
            (_measure_with_rule(with_events, endpoint), measure(with_events), measure(without)) for _ in range(ROUNDS)
        ]
        with connected(with_events.port) as connection:
            waits = waiting_ms(connection)
            with watching(endpoint) as watch:
                events = event_ms(watch, connection)
    rows = []
    for name in runs[0][0]:
        rounds = [[figures[name] for figures in run] for run in runs]
        medians = [statistics.median(values) for values in zip(*rounds, strict=True)]
        ratios = [statistics.median(values[place] / values[-1] for values in rounds) for place in (0, 1)]
        cells = (f"{median:,.2f}" if median < 10 else f"{median:,.0f}" for median in medians)
        rows.append((name, *cells, *(f"{ratio:.2f}" for ratio in ratios)))
    p50, p95 = (percentile(events, percent) for percent in (50, 95))
    later, latest = (percentile(waits, percent) for percent in (50, 95))
    text = f"""
From final to the event in a queue that is read every {1000 * POLL_SECONDS:.0f} ms: p50 {p50:.0f} ms (at most
{MAX_EVENT_MS}: {reached(is_reached=p50 <= MAX_EVENT_MS)}), p95 {p95:.0f} ms. The emulator gathers the writes of 40 ms
before it calls the publisher. It does not call it while the bus has no rule: nobody would get the events. A queue that
is read by long polling, which MiniStack does by a look every 100 ms, has it up to 100 ms later. From final to the
response of a request that waits for it (`Prefer: wait`): p50 {later:.0f} ms, p95 {latest:.0f} ms. So the command waits
for results by requests, and not by events."""
    return f"{markdown(HEADS, rows)}\n{text}"


if __name__ == "__main__":
    service.prepare()
    print(section())
