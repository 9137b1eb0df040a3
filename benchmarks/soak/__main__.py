"""Run the soak: `python -m benchmarks.soak`.

The exit status is 1 if a task was lost, is wrong or changed after it was final. A run that passes writes its table into
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

from benchmarks.service import Checkout, Service, checkout, prepare
from benchmarks.service_processes import handle_sigterm_as_interrupt
from benchmarks.soak import report
from benchmarks.soak.checking import fault_of, primes_among
from benchmarks.soak.clients import FINAL_TIMEOUT_SECONDS, Clients, Tasks
from benchmarks.soak.copies import Queues
from benchmarks.soak.kills import killing
from benchmarks.soak.report import Outcome
from benchmarks.soak.submissions import draw


class Runs:
    """Runs of the service, one after another, in the same folder with the same state."""

    def __init__(self, copy: Checkout) -> None:
        """Run in the folder of `copy`."""
        self._copy = copy
        self.count = 0

    def __enter__(self) -> Self:
        """Start the first run."""
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the last run."""
        self._stack.close()

    def pid(self) -> int:
        """Return the id of the run's first process."""
        return self.service.pid

    def stop_and_start(self) -> None:
        """Stop the service as Ctrl-C does, and start it again."""
        _log("stopping and starting the service")
        self.service.interrupt()
        self._stack.close()
        self._start()
        _log("the service runs again")

    def _start(self) -> None:
        self._stack = ExitStack()
        self.service: Service = self._stack.enter_context(self._copy.run())
        self.count += 1


def soak(count: int, seed: int, visibility_timeout: int | None) -> Outcome:
    """Run the soak test and return its outcome."""
    source = random.Random(seed)
    _log(f"drawing {count:,} submissions")
    tasks = Tasks(draw(count, source))
    start = time.monotonic()
    with checkout() as copy, Runs(copy) as runs:
        queues, clients = Queues(copy.emulator_port), Clients(copy.port, tasks, source)
        if visibility_timeout:
            queues.set_visibility_timeout(visibility_timeout)
        _log("submitting while processes are killed")
        with killing(runs.pid, source) as killer, ThreadPoolExecutor(1) as pool:
            submitting = pool.submit(clients.submit_all, queues)
            while len(tasks.ids) < count // 2 and not submitting.done():
                time.sleep(0.1)
            runs.stop_and_start()
            submitting.result()
        submitted = time.monotonic() - start
        _log(f"all are submitted; {len(tasks.open):,} were not seen final")
        clients.read_until_final(queues)
        last = time.monotonic() - start
        _log(f"{len(tasks.finished):,} are final; sending copies of their messages")
        clients.send_copies_of_final_tasks(queues, source)
        if not tasks.open:  # the messages of lost tasks may stay in the queues for long
            _wait_until_empty(queues)
        runs.stop_and_start()
        _log("reading all again")
        again = clients.read(sorted(tasks.finished))
    _log("checking all results")
    return Outcome(
        tasks=tasks,
        kills=killer.kills,
        starts=runs.count,
        faults=_faults(tasks),
        changed=[index for index, finished in tasks.finished.items() if again.get(index) != finished],
        submitted_seconds=submitted,
        last_seconds=last,
        seconds=time.monotonic() - start,
    )


def _faults(tasks: Tasks) -> dict[int, str]:
    """Return what is wrong, by the task's index."""
    primes = primes_among({number for submission in tasks.submissions for number in submission.numbers})
    checked: dict[int, str | None] = {
        index: fault_of(tasks.submissions[index], finished, primes) for index, finished in tasks.finished.items()
    }
    return {index: fault for index, fault in checked.items() if fault}


def _wait_until_empty(queues: Queues) -> None:
    """Wait until all copies are received and processed."""
    deadline = time.monotonic() + FINAL_TIMEOUT_SECONDS
    while queues.count():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{queues.count()} messages are left in the queues")
        time.sleep(0.5)


def _log(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def main() -> None:
    """Run the soak test with the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the random numbers and kills")
    parser.add_argument(
        "--visibility-timeout",
        type=int,
        metavar="SECONDS",
        help="the visibility timeout of all queues; a short one delivers the messages of killed functions sooner",
    )
    parser.add_argument("--print", action="store_true", help="print the table and do not write it into the document")
    arguments = parser.parse_args()
    handle_sigterm_as_interrupt()
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
