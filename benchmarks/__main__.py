"""Measure the service beside its peer and write README.md: `make bench`, or `python -m benchmarks --quick` to try."""

import argparse
import subprocess
import time
from pathlib import Path

from benchmarks import cost, fairness, hops, measures, ours, peer, report, startup
from benchmarks.client import POLL_SECONDS
from benchmarks.processes import end_in_order
from benchmarks.report import OURS, Round
from benchmarks.rounds import FULL, QUICK, Size, measure_ours, measure_peer

ROUNDS = 3

README = Path(__file__).parent / "README.md"

TEXT = """# The service beside a Celery version: speed, memory, cost
`make bench` wrote this file on {date} in {minutes:.0f} minutes, on one machine that both services, the emulator of AWS
and the client that measures shared: {machine}.

## Speed and memory
The peer is the same service as a tutorial builds it: Falcon, gunicorn, Celery, RabbitMQ and Redis on loopback
(`peers/`). `sync1` is gunicorn's default of one worker, `sync4` has four, `gthread` two with 16 threads each, and only
that one keeps connections alive. This service is what `make run` starts. Each of the {rounds} rounds starts both from
nothing, one after the other, measures them by the same client (`load.py`) and stops them. A cell is the median of the
rounds and, in parentheses, the least and the most; a ratio is made in each round, against the best front of the peer in
that round, and above 1 this service did better. *Before* is the median that this file had in the last commit.

{table}

- *reads of finished tasks* ask for {finished} tasks in turn; *reads of open tasks* ask for one that stays `PENDING`.
- *list numbers/s*: {list:,} random 64-bit numbers as one list here, single tasks of the number 11, its easiest, at the
  peer.
- *random 64-bit tasks*: {random:,} single tasks; at the peer the finals within {random_seconds:g} s, since all of them
  would take it the better part of an hour. What makes the peer's worker divide for so long is measured in the first
  round only.
- *times idle*: how long a small number takes beside other work, over the p50 of small ones alone, one after another.
- *behind lists*: {small_numbers} small numbers one after another, or as many as the lists leave time for.
- *s more*: the slowest of a few behind the proofs, minus the slowest of the same numbers alone.
- Latency to the final is seen by polling every {poll_ms:g} ms.
- The peer has no proofs and no lists: it fails at once on numbers beyond 1,024 bits, so that nothing waits behind them.
- Memory is the proportional set size of all processes of a service.
- The emulator looks at its queues again after 2 ms and not after its own 50 (`infra/ministack_app.py`): with 50, the
  latencies above are up to 50 ms longer.

{hops}

## Start-up of the API function
{startup}

## What a million numbers cost on AWS
{cost}
"""


def main() -> None:
    """Measure, print the report, and write it to README.md unless it was only a try."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, one front of the peer, nothing written")
    quick = parser.parse_args().quick
    end_in_order()
    ours.prepare()
    peer.prepare()
    size, rounds = (QUICK, 1) if quick else (FULL, ROUNDS)
    start = time.perf_counter()
    found, way = startup.measure(), hops.measure(size.latencies)
    text = _text(size, [_round(number, size) for number in range(rounds)], found, way, start)
    print(text)
    if not quick:
        README.write_text(text)


def _round(number: int, size: Size) -> Round:
    """Measure both; who comes first changes from round to round."""
    figures: dict[str, dict[str, float]] = {}
    turns = ["the service", "the peer"]
    for turn in turns if number % 2 == 0 else reversed(turns):
        print(f"round {number + 1}: {turn}", flush=True)
        figures |= {OURS: measure_ours(size)} if turn == turns[0] else measure_peer(size, slow=number == 0)
    return figures


def _text(size: Size, rounds: list[Round], found: startup.Startup, way: hops.Hops, start: float) -> str:
    return TEXT.format(
        date=report.today(),
        machine=report.machine(),
        rounds=len(rounds),
        table=report.table(rounds, report.former_figures(_committed())),
        finished=measures.FINISHED,
        list=size.list,
        random=size.random,
        random_seconds=measures.RANDOM_SECONDS,
        poll_ms=1000 * POLL_SECONDS,
        small_numbers=fairness.SMALL_NUMBERS,
        hops=hops.section(way),
        startup=startup.section(found),
        cost=cost.section(),
        minutes=(time.perf_counter() - start) / 60,
    )


def _committed() -> str:
    """Return README.md as it was committed last, empty where there is no history."""
    command = ["git", "show", "HEAD:./README.md"]
    return subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    main()
