"""Ten thousand tasks through the running service while its worker processes are killed: `python -m benchmarks.soak`.

Nothing may be lost, nothing may be wrong, and nothing final may change. A killed worker's messages come back when
their visibility timeout ends, three minutes later, so that a run takes as long as the unluckiest message.
"""

import argparse
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import gmpy2

from benchmarks.client import FINAL, task_ids
from benchmarks.load import drive, read_request, submit_request
from benchmarks.ours import ours, prepare
from benchmarks.processes import descendants, end_in_order

#: Seconds from one kill to the next: the least and the most.
KILL_PAUSE = (1.0, 4.0)

#: Tasks submitted at once, and seconds from one such slice to the next: kills need time to meet them.
SLICE = 250
SLICE_PAUSE = 2.0

#: Five receives of three minutes each; what is not final by then hangs.
PATIENCE_SECONDS = 1_000.0

Task = dict[str, object]


class Killer(threading.Thread):
    """Sends SIGKILL to one of the emulator's processes of the worker function, again and again, until `ended`."""

    def __init__(self, root: int, source: random.Random) -> None:
        """Kill below the process `root`, at times that `source` draws."""
        super().__init__(daemon=True)
        self.root = root
        self.source = source
        self.kills = 0
        self.ended = threading.Event()

    def run(self) -> None:
        """Kill until told to end."""
        while not self.ended.wait(self.source.uniform(*KILL_PAUSE)):
            workers = [pid for pid in descendants(self.root) if _is_worker(pid)]
            if workers:
                with suppress(ProcessLookupError):
                    os.kill(self.source.choice(workers), signal.SIGKILL)
                    self.kills += 1


@contextmanager
def killing(root: int, source: random.Random) -> Iterator[Killer]:
    """Kill workers below `root` inside this block."""
    killer = Killer(root, source)
    killer.start()
    try:
        yield killer
    finally:
        killer.ended.set()
        killer.join()


def numbers(count: int, source: random.Random) -> list[int]:
    """Return numbers of 2 to 256 bits, of which every fourth is made prime."""
    drawn = [source.getrandbits(source.choice((4, 16, 32, 64, 64, 64, 128, 256))) for _ in range(count)]
    return [int(gmpy2.next_prime(number)) if index % 4 == 0 else number for index, number in enumerate(drawn)]


def submit_all(port: int, asked: list[int]) -> list[str]:
    """Submit a task a number, slice by slice, and return their ids."""
    ids: list[str] = []
    for first in range(0, len(asked), SLICE):
        bodies = [{"number": str(number)} for number in asked[first : first + SLICE]]
        ids += task_ids(drive(port, [submit_request(body) for body in bodies], clients=8))
        time.sleep(SLICE_PAUSE)
    return ids


def wait_for_all(port: int, ids: list[str]) -> dict[str, Task]:
    """Return every task once all are final, or as they are after `PATIENCE_SECONDS`."""
    tasks: dict[str, Task] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    pending = ids
    while pending:
        load = drive(port, [read_request(task_id) for task_id in pending], clients=4)
        tasks |= {task_id: reply.json() for task_id, reply in zip(pending, load.replies, strict=True)}
        pending = [task_id for task_id in pending if tasks[task_id]["status"] not in FINAL]
        if pending and time.monotonic() > deadline:
            break
        time.sleep(1)
    return tasks


def is_right(number: int, task: Task) -> bool:
    """Tell whether a task's result is the truth about its number, by another library than the service's own code."""
    result = task["result"]
    return (
        isinstance(result, dict)
        and int(result["number"]) == number
        and result["is_prime"] == bool(gmpy2.is_prime(number, 40))
    )


def soak(count: int, seed: int) -> None:
    """Run it and print what came of it; SystemExit where a task is lost, wrong or changed after its end."""
    source = random.Random(seed)
    asked = numbers(count, source)
    with ours() as service:
        start = time.perf_counter()
        with killing(service.pid, source) as killer:
            ids = submit_all(service.port, asked)
            tasks = wait_for_all(service.port, ids)
        seconds = time.perf_counter() - start
        again = drive(service.port, [read_request(task_id) for task_id in ids], clients=8)
    finals = sum(task["status"] in FINAL for task in tasks.values())
    right = sum(is_right(number, tasks[task_id]) for number, task_id in zip(asked, ids, strict=True))
    changed = sum(reply.json() != tasks[task_id] for task_id, reply in zip(ids, again.replies, strict=True))
    attempts = Counter(task["attempts"] for task in tasks.values())
    print(f"tasks accepted        {len(set(ids)):,}")
    print(f"workers killed        {killer.kills}")
    print(f"finals                {finals:,} {dict(Counter(str(task['status']) for task in tasks.values()))}")
    print(f"right answers         {right:,}")
    print(f"changed after the end {changed}")
    print(f"attempts              {dict(sorted(attempts.items(), key=str))}")
    print(f"seconds to the last   {seconds:.0f}")
    if not finals == right == count or changed:
        raise SystemExit("the soak failed: see the figures above")


def _is_worker(pid: int) -> bool:
    """Tell whether a process is one of the worker function that has taken up a batch once.

    One that is killed while it starts makes the emulator end all others of the function, and start and lose them
    again and again: a fault of its own, which would measure nothing of the service.
    """
    with suppress(OSError):
        process = Path("/proc") / str(pid)
        return b"-Worker-" in (process / "cmdline").read_bytes() and "gmpy2" in (process / "maps").read_text()
    return False


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="what the numbers and the kills are drawn from")
    arguments = parser.parse_args()
    end_in_order()
    prepare()
    soak(arguments.tasks, arguments.seed)


if __name__ == "__main__":
    main()
