"""Run the soak: `python -m benchmarks.soak`.

The exit status is 1 where a task was lost, is wrong or changed after its end. A run that passes writes its table into
docs/reliability.md.
"""

import argparse
import random
import shlex
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Self

from benchmarks.ours import Checkout, Service, checkout, prepare
from benchmarks.processes import end_in_order
from benchmarks.soak import report
from benchmarks.soak.clients import PATIENCE_SECONDS, Clients, Tasks
from benchmarks.soak.copies import Queues
from benchmarks.soak.judging import fault_of, primes_among
from benchmarks.soak.kills import killing
from benchmarks.soak.report import Outcome
from benchmarks.soak.submissions import draw


class Runs:
    """The service in one folder, run after run, on the same state."""

    def __init__(self, place: Checkout) -> None:
        """Run in `place`."""
        self.place = place
        self.count = 0

    def __enter__(self) -> Self:
        """Start the first run."""
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the last run."""
        self._stack.close()

    def pid(self) -> int:
        """Return the first process of the run."""
        return self.service.pid

    def stop_and_start(self) -> None:
        """Stop it as Ctrl-C does, and start it again."""
        _say("stopping and starting the service")
        self.service.interrupt()
        self._stack.close()
        self._start()
        _say("the service runs again")

    def _start(self) -> None:
        self._stack = ExitStack()
        self.service: Service = self._stack.enter_context(self.place.run())
        self.count += 1


def soak(count: int, seed: int, visibility_timeout: int | None) -> Outcome:
    """Run it and return what happened."""
    source = random.Random(seed)
    _say(f"drawing {count:,} submissions")
    tasks = Tasks(draw(count, source))
    start = time.monotonic()
    with checkout() as place, Runs(place) as runs:
        queues, clients = Queues(place.emulator_port), Clients(place.port, tasks, source)
        if visibility_timeout:
            queues.set_visibility_timeout(visibility_timeout)
        _say("submitting while processes are killed")
        with killing(runs.pid, source) as killer, ThreadPoolExecutor(1) as pool:
            submitting = pool.submit(clients.submit_all, queues)
            while len(tasks.ids) < count // 2 and not submitting.done():
                time.sleep(0.1)
            runs.stop_and_start()
            submitting.result()
        submitted = time.monotonic() - start
        _say(f"all are submitted; {len(tasks.open):,} are not seen final")
        clients.read_until_final(queues)
        last = time.monotonic() - start
        _say(f"{len(tasks.finished):,} are final; sending copies of their messages")
        clients.send_copies_after_the_end(queues, source)
        if not tasks.open:  # else the messages of the lost ones may be there for long
            _wait_until_empty(queues)
        runs.stop_and_start()
        _say("reading all again")
        again = clients.read(sorted(tasks.finished))
    _say("checking all results")
    return Outcome(
        tasks=tasks,
        kills=killer.kills,
        starts=runs.count,
        faults=_faults(tasks),
        changed=[place for place, finished in tasks.finished.items() if again.get(place) != finished],
        submitted_seconds=submitted,
        last_seconds=last,
        seconds=time.monotonic() - start,
    )


def _faults(tasks: Tasks) -> dict[int, str]:
    """Return what is wrong, by the task's place."""
    primes = primes_among({number for submission in tasks.submissions for number in submission.numbers})
    judged: dict[int, str | None] = {
        place: fault_of(tasks.submissions[place], finished, primes) for place, finished in tasks.finished.items()
    }
    return {place: fault for place, fault in judged.items() if fault}


def _wait_until_empty(queues: Queues) -> None:
    """Wait until all copies are received and processed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while queues.count():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{queues.count()} messages are left in the queues")
        time.sleep(0.5)


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="what the numbers and the kills are drawn from")
    parser.add_argument(
        "--visibility-timeout",
        type=int,
        metavar="SECONDS",
        help="that of all queues: what a killed function held comes back sooner than as deployed",
    )
    parser.add_argument("--print", action="store_true", help="print the table and leave the document as it is")
    arguments = parser.parse_args()
    end_in_order()
    prepare()
    outcome = soak(arguments.tasks, arguments.seed, arguments.visibility_timeout)
    table = report.table(outcome, shlex.join(["python", "-m", "benchmarks.soak", *sys.argv[1:]]))
    print(table)
    if outcome.failures:
        raise SystemExit("the soak failed:\n" + "\n".join(outcome.failures))
    if not arguments.print:
        report.write(table)


if __name__ == "__main__":
    main()
