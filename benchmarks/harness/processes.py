"""Start and stop the processes of a measured service, and measure their memory."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from infra import ROOT
from infra.child_processes import start, stop
from tests.support.emulator import descendants

START_SECONDS = 90.0
STOP_SECONDS = 30.0


def handle_sigterm_as_interrupt() -> None:
    """Make SIGTERM raise KeyboardInterrupt, as Ctrl-C does, so that every `finally` runs and no process is left."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextlib.contextmanager
def running(
    command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` in a session of its own; on exit, stop it and what it has started."""
    with log.open("ab") as output:
        process = start(command, {**os.environ, **env}, output, cwd=cwd)
    try:
        yield process
    finally:
        stop(process, STOP_SECONDS)


def memory_mib(roots: Sequence[int]) -> float:
    """Return the memory of `roots` and their descendants in MiB: the proportional set size."""
    kib = 0
    for pid in {*roots}.union(*map(descendants, roots)):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kib += int(line.split()[1])
    return kib / 1024


def wait_until_listening(port: int, what: str, *, alive: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a process accepts connections on a port of the loopback interface.

    Args:
        port: the port.
        what: the name of what starts, for the error.
        alive: the process that must not end before.
        log: the log of that process.

    Raises:
        RuntimeError: `alive` ended, or `START_SECONDS` passed. The message has the end of the log.
    """
    deadline = time.monotonic() + START_SECONDS
    while not _listens(port):
        if alive.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{what} did not start; the end of its log is:\n{tail}")
        time.sleep(0.01)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
