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

TEXT = """# The service compared with a Celery version: speed and memory
`make bench` wrote this file on {date} in {minutes:.0f} minutes. `python -m benchmarks --quick` prints one short run.
Both services, the emulator of AWS and the measuring client shared one machine: {machine}.

<picture>
<source media="(prefers-color-scheme: dark)" srcset="../docs/images/benchmark-dark.svg">
<img src="../docs/images/benchmark-light.svg" alt="Bars of how many times better this service was">
</picture>

The peer is the same service as a tutorial builds it: Falcon, gunicorn, Celery, RabbitMQ and Redis on loopback
(`peers/`). We measure three variants of it: `sync1` is gunicorn's default of one worker, `sync4` has four workers, and
`gthread` has two workers with 16 threads each. Only `gthread` keeps connections alive. This service is what `make run`
starts. Each of the {runs} runs starts both without state, one after the other. It measures them with the same client
(`harness/load.py`) and stops them. A cell is the median of the runs and, in parentheses, the minimum and the maximum.
The ratio compares this service with the best variant of the peer in each run. Above 1, this service was better.
*Before* is the median in the last committed version of this file.

{table}

- *start to first result*: from the start of the processes until a client has read the result of a first number.
- *reads of finished tasks* read {finished} tasks in turn; *reads of open tasks* read one task that stays `PENDING`.
- *a lone number*: one after another on an idle service, from the request to the final result. This service gets one
  request with `Prefer: wait`. The peer gets a submit and then reads. We try pauses of {polls} ms, and the fastest of
  these clients counts.
- *small tasks/s*: 8 clients submit. The time ends when a read, one every 2 ms, shows the last task final.
- *random 64-bit tasks*: {random:,} single tasks. The peer would take most of an hour for all of them, so we count the
  tasks that are final within {random_seconds:g} s. We measure what takes the peer minutes in the first run only.
- *list numbers/s*: {list:,} random 64-bit numbers in one list. The peer has no lists: its rate is for single tasks of
  the number 11, its easiest.
- *a small number behind* other work: its latency as a multiple of a lone number's. While the proofs or the lists are
  open, up to {small_numbers} such numbers are sent one after another.
- *s more*: the slowest of three proofs behind the others, minus the slowest of three without other work.
- The peer has no proofs and no lists. It fails at once on numbers beyond 1,024 bits, so nothing waits behind them.
- Before the measurement each service finishes {warm_up} small tasks, so that all of its processes run.
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
