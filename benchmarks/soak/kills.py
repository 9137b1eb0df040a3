"""Kill processes of the running service by SIGKILL, one after another, each while it is at work if possible."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.emulator import children, command, descendants, function_of

#: The minimum and the maximum of the seconds between two kills.
PAUSE = (0.5, 2.0)
#: How long to look for a process of the chosen part that is at work, before an idle one is killed.
LOOK_SECONDS = 1.0
#: The relative frequency of each part. A long proof that is killed five times would be FAILURE.
WEIGHTS = {"worker": 8, "list worker": 4, "prover": 4, "long prover": 1, "child of a prover": 1, "API": 2}
#: The functions by the names of their processes.
FUNCTIONS = {"Worker": "worker", "ListWorker": "list worker", "Prover": "prover", "LongProver": "long prover"}


@contextmanager
def killing(root: int, source: random.Random, kills: Counter[str]) -> Iterator[None]:
    """Kill descendants of the process `root` inside this block, and count them by part."""
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(source.uniform(*PAUSE)):
            (part,) = source.choices([*WEIGHTS], [*WEIGHTS.values()])
            with suppress(OSError, IndexError):
                os.kill(_choose(part, root, source), signal.SIGKILL)
                kills[part] += 1

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        yield
    finally:
        ended.set()
        killer.join()


def _choose(part: str, root: int, source: random.Random) -> int:
    """Return a process of a part, one at work if one is found in time; IndexError if the part has none."""
    deadline = time.monotonic() + LOOK_SECONDS
    while True:
        found = [pid for pid in descendants(root) if _part(pid) == part]
        working = [pid for pid in found if children(pid) or _stat(pid)[0] == "R"]
        if working or time.monotonic() > deadline:
            return source.choice(working or found)
        time.sleep(0.01)


def _part(pid: int) -> str | None:
    """Return which part of the service a process is, or None if it is none of those that may be killed.

    A prover must have a child, which starts after the first heartbeat: before that, the message is hidden for minutes,
    and every run would take that long.
    """
    with suppress(OSError):
        if "infra.local.server" in command(pid) or command(pid).startswith("granian "):
            return "API"
        function = FUNCTIONS.get(function_of(pid))
        if function and function_of(pid) == function_of(int(_stat(pid)[1])):
            return "child of a prover"  # a prover forks to compute
        if function in {"worker", "list worker"} or children(pid):
            return function
    return None


def _stat(pid: int) -> list[str]:
    """Return what the kernel says of a process: its state, its parent and more. Source: proc_pid_stat(5)."""
    # The name before the state is in parentheses and may contain any character.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
