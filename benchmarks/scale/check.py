"""Check the method: compare the running service with a model of it, by `python -m benchmarks.scale --check`.

Small loads give the CPU time of each part. From it the model predicts larger loads, which are then measured.
"""

import json
import os
import random
import time
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.client import finish
from benchmarks.load import percentile
from benchmarks.scale import template
from benchmarks.scale.calibrate import CLIENTS, SMALL_BURST, SMALL_LIST, Task, at, bodies, burst, calibrate, lists, used
from benchmarks.scale.machine import Costs, Machine, Prediction
from benchmarks.scale.measure import LIST_NUMBERS
from benchmarks.scale.usage import Cpu
from benchmarks.service import Service, prepare, run_service
from benchmarks.service_processes import handle_sigterm_as_interrupt

FILE = Path(__file__).with_name("checked.json")
PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
HEADING = "## Checked on one machine\n"

#: The prediction and the measurement may differ by this factor.
MAX_RATIO = 1.5
#: The cores that other processes may use on average in a valid comparison.
MAX_OTHERS = 0.2

WARM_UP = 400
BURST, LISTS = 2_000, 3
#: Numbers that arrive at random times: how often, how many per second, for how long, and by how many clients at most.
ARRIVALS, ARRIVALS_PER_SECOND, ARRIVALS_SECONDS, ARRIVALS_CLIENTS = 5, 200, 3.0, 64


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
        finish(service.port, bodies(WARM_UP), clients=32)
        lists(service.port, LISTS, LIST_NUMBERS)
        costs = calibrate(service)
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
The service ran as `make run` starts it, on MiniStack. The CPU time of each part comes from bursts of
{SMALL_BURST} submits by one client and by {CLIENTS}, and from lists of {SMALL_LIST:,} numbers; a SimPy model of the
machine (`benchmarks/scale/machine.py`) with the same queues, batches and ceilings then predicts other loads on the
cores that other processes did not use in that time. The latency is that of {ARRIVALS_PER_SECOND} submits per second at
random times: the median of {ARRIVALS} runs of {ARRIVALS_SECONDS:.0f} s. In a burst the backlog, and with it the
latency, depends on chance.

| figure | predicted | measured | larger over smaller |
|---|---|---|---|
{rows}

{verdict} This checks the queues, the batches, the ceilings and the times of the service's parts. It cannot check AWS's
throttles, start-ups and growth, which no emulator has."""


def _compare(service: Service, costs: Costs) -> tuple[list[Figure], float]:
    loads: list[Cpu] = []

    def model(cpu: Cpu) -> Machine:
        loads.append(cpu)
        cores = os.cpu_count() or 1
        ceiling = template.read().ceilings["tasks"]
        return Machine(costs, cores=cores, servers=min(cores, 4), ceiling=ceiling, speed=1 - cpu.others / cores)

    start = time.time()
    cpu, load, tasks = burst(service, BURST, clients=CLIENTS)
    final = max(at(task["finished_at"]) for task in tasks) - start
    predicted = model(cpu).numbers(BURST, clients=CLIENTS)
    figures = [
        Figure(f"{BURST:,} numbers, {CLIENTS} clients: submits", "1/s", BURST / predicted.submitted, load.per_second),
        Figure(f"{BURST:,} numbers: to the last final", "s", predicted.final, final),
    ]
    predictions: list[Prediction] = []
    latencies: list[list[float]] = []
    for times in _arrivals():
        cpu, _, tasks = burst(service, len(times), clients=ARRIVALS_CLIENTS, times=times)
        predictions.append(model(cpu).arrivals(times))
        latencies.append(_latencies(tasks))
    for percent, expected in ((50, [run.p50 for run in predictions]), (99, [run.p99 for run in predictions])):
        measured = median(percentile(run, percent) for run in latencies)
        name = f"submit to final at {ARRIVALS_PER_SECOND}/s, p{percent}"
        figures.append(Figure(name, "s", median(expected), measured))
    for name, count in ((f"a list of {LIST_NUMBERS:,}: to the final", 1), (f"{LISTS} such lists at once", LISTS)):
        with used(service) as spent:
            seconds = lists(service.port, count, LIST_NUMBERS)
        figures.append(Figure(name, "s", model(spent()).lists(count, LIST_NUMBERS).final, seconds))
    return figures, max(cpu.others for cpu in loads)


def _arrivals() -> list[list[float]]:
    """Return the times of submits that are independent of each other, for each run."""
    found = []
    for seed in range(ARRIVALS):
        source = random.Random(seed)
        gaps = (source.expovariate(ARRIVALS_PER_SECOND) for _ in range(int(ARRIVALS_PER_SECOND * ARRIVALS_SECONDS)))
        found.append(list(accumulate(gaps)))
    return found


def _latencies(tasks: list[Task]) -> list[float]:
    """Return the seconds from the creation of each task's id, when the API has read the request, until it is final."""
    return [max(at(task["finished_at"]) - at(task["submitted_at"]), 0.001) for task in tasks]
