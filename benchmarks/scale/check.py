"""Check the method: compare the running service with a model of it, by `python -m benchmarks.scale --check`.

Small loads give the CPU time of each part. From it the model predicts larger loads, which are then measured.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from benchmarks import report
from benchmarks.client import finish, read, submit, task_ids, unfinished, wait
from benchmarks.load import Connection, drive, percentile, submit_request
from benchmarks.scale import template
from benchmarks.scale.machine import Costs, Machine, Prediction
from benchmarks.scale.measure import LIST_NUMBERS
from benchmarks.scale.measure import random_numbers as numbers
from benchmarks.scale.usage import Cpu, cpu_time
from benchmarks.service import Service, prepare, run_service
from benchmarks.service_processes import handle_sigterm_as_interrupt

FILE = Path(__file__).with_name("checked.json")
PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
HEADING = "## Checked on one machine\n"

#: The prediction and the measurement may differ by this factor.
MAX_RATIO = 1.5
#: The cores that other processes may use on average in a valid comparison.
MAX_OTHERS = 0.2

CLIENTS = 8
WARM_UP = 400
ALONE, ALONE_PAUSE_SECONDS = 150, 0.03
SMALL_BURST, BURST = 400, 2_000
SMALL_LIST, LISTS = 20_000, 3


@dataclass(frozen=True)
class Figure:
    """A figure as predicted and as measured."""

    name: str
    unit: str
    predicted: float
    measured: float

    @property
    def ratio(self) -> float:
        """The larger value divided by the smaller one."""
        return max(self.predicted, self.measured) / min(self.predicted, self.measured)


def run() -> bool:
    """Measure, compare, print and save the outcome, and return whether all figures agree."""
    handle_sigterm_as_interrupt()
    prepare()
    with run_service() as service:
        finish(service.port, _bodies(WARM_UP), clients=32)
        _lists(service.port, 2, SMALL_LIST)
        costs = _calibrate(service)
        figures, others = _compare(service, costs)
    for figure in figures:
        print(f"{figure.name}: predicted {figure.predicted:.4g}, measured {figure.measured:.4g} {figure.unit}")
    found = {"date": report.today(), "machine": report.machine(), "others": others, "costs": asdict(costs)}
    FILE.write_text(json.dumps(found | {"figures": [asdict(figure) for figure in figures]}, indent=1) + "\n")
    print(f"\n{section()}")
    if PAGE.exists():
        PAGE.write_text(PAGE.read_text().partition(HEADING)[0] + HEADING + section() + "\n")
    return all(figure.ratio <= MAX_RATIO for figure in figures)


def section() -> str:
    """Return the last outcome as a section of docs/scale.md."""
    if not FILE.exists():
        return "Not checked yet."
    found = json.loads(FILE.read_text())
    figures = [Figure(**figure) for figure in found["figures"]]
    rows = "\n".join(
        f"| {figure.name}, {figure.unit} | {figure.predicted:.3g} | {figure.measured:.3g} | {figure.ratio:.2f} |"
        for figure in figures
    )
    worst = max(figure.ratio for figure in figures)
    verdict = f"All are within {MAX_RATIO}." if worst <= MAX_RATIO else f"**Not all are within {MAX_RATIO}.**"
    if found["others"] > MAX_OTHERS:
        verdict += f" Other processes used {found['others']:.2f} cores meanwhile: repeat the check on an idle machine."
    return f"""`python -m benchmarks.scale --check` wrote this on {found["date"]}: {found["machine"]}.
The service ran as `make run` starts it, on MiniStack. The CPU time of each part comes from {ALONE} single submits, a
burst of {SMALL_BURST} and a list of {SMALL_LIST:,} numbers; a SimPy model of the machine
(`benchmarks/scale/machine.py`) with the same queues, batches and ceilings then predicts larger loads on the cores that
other processes did not use in that time.

| figure | predicted | measured | larger over smaller |
|---|---|---|---|
{rows}

{verdict} This checks the queues, the batches, the ceilings and the times of the service's parts. It cannot check AWS's
throttles, start-ups and growth, which no emulator has."""


def _calibrate(service: Service) -> Costs:
    with _used(service) as alone, _connected(service.port) as connection:
        for body in _bodies(ALONE):
            last = submit(connection, body)
            time.sleep(ALONE_PAUSE_SECONDS)
        wait(connection, last)
    many, _, _ = _burst(service, SMALL_BURST)
    with _connected(service.port) as connection:
        with _used(service) as before:
            task_id = submit(connection, {"numbers": numbers(SMALL_LIST)})
        with _used(service) as after:
            wait_slowly(connection, task_id)
    one = alone()
    share = min(many.batches / SMALL_BURST, 0.9)
    message, batch = zip(
        _two_parts(one.emulator / ALONE, many.emulator / SMALL_BURST, share),
        _two_parts(one.workers / ALONE, many.workers / SMALL_BURST, share),
        strict=True,
    )
    return Costs(
        client=many.client / SMALL_BURST,
        api=many.api / SMALL_BURST,
        emulator_message=message[0],
        emulator_batch=batch[0],
        worker_message=message[1],
        worker_batch=batch[1],
        list_api=before().api / SMALL_LIST,
        list_emulator=before().emulator / SMALL_LIST,
        list_worker=after().workers / SMALL_LIST + before().workers / SMALL_LIST,
        list_emulator_after=after().emulator / SMALL_LIST,
    )


def _two_parts(alone: float, together: float, share: float) -> tuple[float, float]:
    """Return the seconds for each message and the seconds for each batch.

    Args:
        alone: the seconds of a message that is a batch of its own.
        together: the seconds of a message if there are `share` batches for each message.
        share: below 1.
    """
    batch = min(max((alone - together) / (1 - share), 0.0), alone)
    return max(together - batch * share, 0.0), batch


def _compare(service: Service, costs: Costs) -> tuple[list[Figure], float]:
    start = time.time()
    burst, submitted, tasks = _burst(service, BURST)
    final, latencies = max(_time(task["finished_at"]) for task in tasks) - start, _latencies(tasks)
    with _used(service) as used:
        one = _lists(service.port, 1, LIST_NUMBERS)
    single = used()
    with _used(service) as used:
        several = _lists(service.port, LISTS, LIST_NUMBERS)
    lists = used()

    def on(cpu: Cpu) -> Machine:
        cores = os.cpu_count() or 1
        ceiling = template.read().ceilings["tasks"]
        return Machine(costs, cores=cores, servers=min(cores, 4), ceiling=ceiling, speed=1 - cpu.others / cores)

    numbers_: Prediction = on(burst).numbers(BURST, clients=CLIENTS)
    figures = [
        Figure(
            f"{BURST:,} numbers, {CLIENTS} clients: submits",
            "per second",
            BURST / numbers_.submitted,
            BURST / submitted,
        ),
        Figure(f"{BURST:,} numbers: to the last final", "s", numbers_.final, final),
        Figure("submit to final, p50", "s", numbers_.p50, percentile(latencies, 50)),
        Figure("submit to final, p99", "s", numbers_.p99, percentile(latencies, 99)),
        Figure(f"a list of {LIST_NUMBERS:,}: to the final", "s", on(single).lists(1, LIST_NUMBERS).final, one),
        Figure(
            f"{LISTS} such lists at once: to the last final", "s", on(lists).lists(LISTS, LIST_NUMBERS).final, several
        ),
    ]
    return figures, max(cpu.others for cpu in (burst, single, lists))


def _burst(service: Service, count: int) -> tuple[Cpu, float, list[dict[str, object]]]:
    """Submit a burst and return its CPU time without reads, the seconds to the last submit, and the finished tasks."""
    with _used(service) as used:
        load = drive(service.port, [submit_request(body) for body in _bodies(count)], clients=CLIENTS)
        ids = task_ids(load)
        while unfinished(service.port, ids[-10:]):
            time.sleep(0.1)
    while unfinished(service.port, ids):
        time.sleep(0.1)
    with _connected(service.port) as connection:
        return used(), load.seconds, [read(connection, task_id) for task_id in ids]


def _latencies(tasks: list[dict[str, object]]) -> list[float]:
    """Return the seconds from the creation of each task's id, when the API has read the request, until it is final."""
    return [max(_time(task["finished_at"]) - _time(task["submitted_at"]), 0.001) for task in tasks]


def _lists(port: int, count: int, size: int) -> float:
    """Submit lists at once and return the seconds until the last one is final."""
    start = time.time()
    load = drive(port, [submit_request({"numbers": numbers(size, seed)}) for seed in range(count)], clients=count)
    with _connected(port) as connection:
        return max(_time(wait_slowly(connection, task_id)["finished_at"]) for task_id in task_ids(load)) - start


def wait_slowly(connection: Connection, task_id: str) -> dict[str, object]:
    """Wait for a task with so few reads that their CPU time is negligible."""
    while (task := read(connection, task_id))["status"] != "SUCCESS":
        time.sleep(0.05)
    return task


def _bodies(count: int) -> list[dict[str, int]]:
    return [{"number": number} for number in numbers(count)]


def _time(text: object) -> float:
    return datetime.fromisoformat(str(text)).timestamp()


@contextmanager
def _used(service: Service) -> Iterator[Callable[[], Cpu]]:
    """Yield a function that returns, after the block, the CPU time that was used in it."""
    before = cpu_time(service)
    after: list[Cpu] = []
    yield lambda: after[0].since(before)
    after.append(cpu_time(service))


@contextmanager
def _connected(port: int) -> Iterator[Connection]:
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()
