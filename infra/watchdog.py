"""The watchdog of child processes, see child_processes.py: it imports nothing of this project."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

#: For a child to end after SIGTERM. The emulator writes its state: a large table takes a while.
STOP_SECONDS = 60


def _is_running(pid: int) -> bool:
    """Return whether a process still runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill_group(leader: int) -> None:
    """End what still runs of a process group, by the process id of its leader."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def watch_parent(lines: Iterable[str]) -> None:
    """Read which children run until the parent ends, and then end those that still run."""
    running: set[int] = set()
    for line in lines:
        change, pid = line[0], int(line[1:])
        running = running | {pid} if change == "+" else running - {pid}
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while any(map(_is_running, running)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in running:
        kill_group(pid)


if __name__ == "__main__":
    watch_parent(sys.stdin)
