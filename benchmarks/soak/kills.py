"""Kill processes of the running service by SIGKILL, one after another, each while it is at work if possible."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.service_processes import descendants

#: The minimum and the maximum of the seconds between two kills.
PAUSE = (0.5, 2.0)
#: How long to look for a process of the chosen part that is at work, before an idle one is killed.
LOOK_SECONDS, LOOK_PAUSE = 1.0, 0.01
#: The relative frequency of each part. A long proof that is killed five times would be FAILURE.
WEIGHTS = {"worker": 8, "list worker": 4, "prover": 4, "long prover": 1, "child of a prover": 1, "API": 2}
#: A part of the name of each function.
FUNCTIONS = {"-Worker-": "worker", "-ListWorker-": "list worker", "-Prover-": "prover", "-LongProver-": "long prover"}
PROVERS = {"prover", "long prover"}


class Killer(threading.Thread):
    """A thread that kills processes until `ended` is set."""

    def __init__(self, root: Callable[[], int], source: random.Random) -> None:
        """Kill descendants of the process that `root` returns; `source` makes the random choices."""
        super().__init__(daemon=True)
        self.root = root
        self.source = source
        self.kills: Counter[str] = Counter()
        self.ended = threading.Event()

    def run(self) -> None:
        """Kill processes until `ended` is set."""
        while not self.ended.wait(self.source.uniform(*PAUSE)):
            (part,) = self.source.choices([*WEIGHTS], [*WEIGHTS.values()])
            pid = self._choose_process(part)
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.kills[part] += 1

    def _choose_process(self, part: str) -> int | None:
        """Return a process of a part, one at work if one is found in time, or None if the part has no process."""
        deadline = time.monotonic() + LOOK_SECONDS
        while True:
            found = [pid for pid in descendants(self.root()) if name_of(pid) == part]
            if working := [pid for pid in found if is_working(pid)]:
                return self.source.choice(working)
            if time.monotonic() > deadline:
                return self.source.choice(found) if found else None
            time.sleep(LOOK_PAUSE)


@contextmanager
def killing(root: Callable[[], int], source: random.Random) -> Iterator[Killer]:
    """Kill processes inside this block."""
    killer = Killer(root, source)
    killer.start()
    try:
        yield killer
    finally:
        killer.ended.set()
        killer.join()


def name_of(pid: int) -> str | None:
    """Return which part of the service a process is, or None if it is none of those that may be killed.

    A prover may be killed only while it has a child that computes. The child starts after the first heartbeat. Before
    that, the message is hidden for the queue's visibility timeout of up to 15 minutes, and every run would take that
    long.
    """
    process = Path("/proc") / str(pid)
    with suppress(OSError):
        command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        if " infra.local.server " in command:
            return "API"
        function = next((name for part, name in FUNCTIONS.items() if part in command), None)
        if function is None or not _is_warm(process):
            return None
        if _is_child(process):
            return "child of a prover"
        return function if function not in PROVERS or _has_child(process) else None
    return None


def is_working(pid: int) -> bool:
    """Return whether a thread of a process runs or is ready to run, or has a child that computes for it."""
    with suppress(OSError):
        process = Path("/proc") / str(pid)
        stats = [(thread / "stat").read_text() for thread in (process / "task").iterdir()]
        return _has_child(process) or any(stat.rpartition(")")[2].split()[0] == "R" for stat in stats)
    return False


def _is_warm(process: Path) -> bool:
    """Return whether the process of a function has handled a batch before.

    If a process is killed while it starts, the emulator ends the function's other processes, and starts and loses
    them repeatedly. That is an error of the emulator and says nothing about the service.
    """
    return "gmpy2" in (process / "maps").read_text()


def _is_child(process: Path) -> bool:
    """Return whether a process is a fork of its parent: a prover forks to compute."""
    parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
    return (process / "cmdline").read_bytes() == (Path("/proc") / parent / "cmdline").read_bytes()


def _has_child(process: Path) -> bool:
    return any((thread / "children").read_text() for thread in (process / "task").iterdir())
