"""Measure the service and its peer, and write README.md: `make bench`.

`python -m benchmarks --quick` measures one short run and writes nothing.
"""

import argparse
import subprocess
import time
from pathlib import Path

from benchmarks import chart, cost, cpu_time, events, fairness, measures, overload, peer, startup, steps
from benchmarks.comparison import FULL, QUICK, Size, measure_peer, measure_service
from benchmarks.harness import report, service
from benchmarks.harness.client import POLL_SECONDS
from benchmarks.harness.processes import handle_sigterm_as_interrupt
from benchmarks.table import SERVICE, Run, former_figures, table

RUNS = 3

README = Path(__file__).parent / "README.md"

TEXT = """# The service beside a Celery version: speed, memory, cost
`make bench` wrote this file on {date} in {minutes:.0f} minutes. Both services, the emulator of AWS and the client that
measures shared one machine: {machine}.

<picture>
<source media="(prefers-color-scheme: dark)" srcset="../docs/images/benchmark-dark.svg">
<img src="../docs/images/benchmark-light.svg" alt="Bars of how many times better this service was">
</picture>

## Speed and memory
The peer is the same service as a tutorial builds it: Falcon, gunicorn, Celery, RabbitMQ and Redis on loopback
(`peers/`). It is measured in three variants: `sync1` is gunicorn's default of one worker, `sync4` has four workers, and
`gthread` has two workers with 16 threads each. Only `gthread` keeps connections alive. This service is what `make run`
starts. Each of the {runs} runs starts both without state, one after the other, measures them with the same client
(`harness/load.py`) and stops them. A cell is the median of the runs and, in parentheses, the minimum and the maximum.
The ratio compares this service with the best variant of the peer in each run; above 1, this service was better.
*Before* is the median in the last committed version of this file.

{table}

- *start to first result*: from the start of the processes until the result of a first number is read.
- *reads of finished tasks* read {finished} tasks in turn; *reads of open tasks* read one task that stays `PENDING`.
- *list numbers/s*: {list:,} random 64-bit numbers in one list. The peer has no lists: its rate is that of single tasks
  of the number 11, its easiest.
- *random 64-bit tasks*: {random:,} single tasks. For the peer, those that are final within {random_seconds:g} s: all of
  them would take it most of an hour. What takes the peer's worker minutes is measured in the first run only.
- *times idle*: the latency of a small number beside other work, divided by the p50 of small numbers one after another
  without other work.
- *behind lists*: {small_numbers} small numbers one after another, or fewer if the lists are final before.
- *s more*: the slowest of a few numbers behind the proofs, minus the slowest of the same numbers without other work.
- *a storm of waits*: for {storm:.0f} s requests with `Prefer: wait=25` for the results of proofs that take longer, sent
  at this rate whether or not earlier ones have their responses; beside them one client submits small numbers and reads
  their tasks. *times idle*: as a multiple of the same figure alone.
- *mixed tasks*: numbers of 64 to 16,600 bits, lists, and primes that need a proof, one each {spread_ms:.0f} ms, more
  than two cores can do. *times off*: the time to the result as a multiple of the first estimate, or the reverse.
- A task is seen final by polling every {poll_ms:g} ms, a list of 100,000 numbers every {list_poll_ms:g} ms.
- The peer has no proofs and no lists. It fails at once on numbers beyond 1,024 bits, so that nothing waits behind them.
- Before the requests are measured, each service finishes {warm_up} small tasks, so that all of its processes run.
- Memory is the proportional set size of all processes of a service.
- The emulator looks at its queues when a message is sent, and not, as by default, every 50 ms
  (`infra/emulator/ministack_queues.py`). With 50 ms, the latencies above are up to 50 ms longer.

{steps}

{cpu_time}

## Start-up of the API function
{startup}

## Events of final tasks
`python -m benchmarks.events`: two services beside each other, measured in turn; the ratio is the median of the rounds'.

{events}

## What a million numbers cost on AWS
{cost}
"""


def main() -> None:
    """Measure, print the report, and write it to README.md unless `--quick` is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one short run, one variant of the peer, and no change of README.md"
    )
    quick = parser.parse_args().quick
    handle_sigterm_as_interrupt()
    service.prepare()
    peer.prepare()
    size, runs = (QUICK, 1) if quick else (FULL, RUNS)
    start = time.perf_counter()
    sections = {
        "startup": startup.section(),
        "steps": steps.section(size.latencies),
        "cpu_time": cpu_time.section(),
        "events": events.section(),
    }
    text = _text(size, [_run(number, size) for number in range(runs)], sections, start)
    print(text)
    if not quick:
        README.write_text(text)
        chart.write(text)


def _run(number: int, size: Size) -> Run:
    """Measure both services, in an order that alternates from run to run."""
    figures: dict[str, dict[str, float]] = {}
    turns = ["the service", "the peer"]
    for turn in turns if number % 2 == 0 else reversed(turns):
        print(f"run {number + 1}: {turn}", flush=True)
        figures |= {SERVICE: measure_service(size)} if turn == turns[0] else measure_peer(size, slow=number == 0)
    return figures


def _text(size: Size, runs: list[Run], sections: dict[str, str], start: float) -> str:
    return TEXT.format(
        date=report.today(),
        machine=report.machine(),
        runs=len(runs),
        table=table(runs, former_figures(_committed())),
        finished=measures.FINISHED,
        list=size.list,
        random=size.random,
        random_seconds=measures.RANDOM_SECONDS,
        poll_ms=1000 * POLL_SECONDS,
        list_poll_ms=1000 * measures.LIST_POLL_SECONDS,
        warm_up=measures.WARM_UP,
        small_numbers=fairness.SMALL_NUMBERS,
        storm=overload.STORM_SECONDS,
        spread_ms=1000 * overload.SPREAD_SECONDS,
        cost=cost.section(),
        **sections,
        minutes=(time.perf_counter() - start) / 60,
    )


def _committed() -> str:
    """Return README.md as it was committed last, an empty text if it was never committed."""
    command = ["git", "show", "HEAD:./README.md"]
    return subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    main()
