"""Measure the service and its peer, and write README.md: `make bench`.

`python -m benchmarks --quick` measures one short run in two minutes and writes nothing.
"""

import argparse
import subprocess
import time
from pathlib import Path

from benchmarks import chart, measures, peer
from benchmarks.comparison import FULL, QUICK, Size, measure_peer, measure_service
from benchmarks.harness import report, service
from benchmarks.harness.processes import handle_sigterm_as_interrupt
from benchmarks.table import SERVICE, Run, former_figures, table

RUNS = 3
README = Path(__file__).parent / "README.md"

TEXT = """# The service beside a Celery version: speed and memory
`make bench` wrote this file on {date} in {minutes:.0f} minutes; `python -m benchmarks --quick` prints one short run.
Both services, the emulator of AWS and the client that measures shared one machine: {machine}.

<picture>
<source media="(prefers-color-scheme: dark)" srcset="../docs/images/benchmark-dark.svg">
<img src="../docs/images/benchmark-light.svg" alt="Bars of how many times better this service was">
</picture>

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
- *a lone number*: one after another on an idle service, from the request to the final result. This service gets one
  request with `Prefer: wait`. The peer gets a submit and reads, {polls} ms apart: the fastest of these clients counts.
- *small tasks/s*: from the first submit by 8 clients until a read, one every 2 ms, shows the last task final.
- *random 64-bit tasks*: {random:,} single tasks. For the peer, those that are final within {random_seconds:g} s: all of
  them would take it most of an hour. What takes the peer's worker minutes is measured in the first run only.
- *list numbers/s*: {list:,} random 64-bit numbers in one list. The peer has no lists: its rate is that of single tasks
  of the number 11, its easiest.
- *a small number behind* other work: the latency of a small number that is submitted after it, as a multiple of that of
  a lone number. Up to {small_numbers} numbers are sent one after another while the proofs or the lists are open.
- *s more*: the slowest of three proofs behind the others, minus the slowest of three without other work.
- The peer has no proofs and no lists. It fails at once on numbers beyond 1,024 bits, so that nothing waits behind them.
- Before the requests are measured, each service finishes {warm_up} small tasks, so that all of its processes run.
- Memory is the proportional set size of all processes of a service.

[What a million numbers cost on AWS](../docs/scale.md#prices), by list prices.
"""


def main() -> None:
    """Measure, print the report, and write it to README.md unless `--quick` is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one short run, one variant of the peer, and no change of README.md"
    )
    is_quick = parser.parse_args().quick
    handle_sigterm_as_interrupt()
    service.prepare()
    peer.prepare()
    size, count = (QUICK, 1) if is_quick else (FULL, RUNS)
    start = time.perf_counter()
    runs = [_run(number, size) for number in range(count)]
    found = table(runs, former_figures(_committed()))
    print(found)
    if not is_quick:
        text = TEXT.format(
            date=report.today(),
            machine=report.machine(),
            minutes=(time.perf_counter() - start) / 60,
            runs=count,
            table=found,
            finished=measures.FINISHED,
            polls=", ".join(f"{1000 * pause:g}" for pause in measures.POLLS),
            random=size.random,
            random_seconds=measures.RANDOM_SECONDS,
            list=size.list,
            small_numbers=measures.SMALL_NUMBERS,
            warm_up=measures.WARM_UP,
        )
        README.write_text(text)
        chart.write(text)


def _run(number: int, size: Size) -> Run:
    """Measure both services, in an order that alternates from run to run."""
    figures: dict[str, dict[str, float]] = {}
    turns = ["the service", "the peer"]
    for turn in turns if number % 2 == 0 else reversed(turns):
        print(f"run {number + 1}: {turn}", flush=True)
        figures |= {SERVICE: measure_service(size)} if turn == turns[0] else measure_peer(size, is_first=number == 0)
    return figures


def _committed() -> str:
    """Return README.md as it was committed last, an empty text if it was never committed."""
    command = ["git", "show", "HEAD:./README.md"]
    return subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    main()
