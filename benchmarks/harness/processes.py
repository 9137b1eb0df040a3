"""Start and stop the processes of a measured service, and measure their memory and CPU time."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

START_SECONDS = 90.0
STOP_SECONDS = 30.0


def handle_sigterm_as_interrupt() -> None:
    """Make SIGTERM raise KeyboardInterrupt, as Ctrl-C does, so that every `finally` runs and no process is left."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def free_port() -> int:
    """Return a TCP port of the loopback interface that no process listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` in a session of its own; on exit, stop it and its descendants."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **env},
            cwd=cwd,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop `process` by SIGTERM, or by SIGKILL after `STOP_SECONDS`; then kill its descendants that still run."""
    below = [pid for pid in descendants(process.pid) if pid != process.pid]
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pid in below:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def descendants(root: int) -> list[int]:
    """Return the process id `root` and the ids of all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                pid = int(entry.name)
                children.setdefault(int(stat(pid)[1]), []).append(pid)
    found = [root]
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def stat(pid: int) -> list[str]:
    """Return what the kernel says of a process: its state, its parent and more. Source: proc_pid_stat(5)."""
    # The name before the state is in parentheses and may contain any character.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def command(pid: int) -> str:
    """Return the command line of a process. Its arguments end with null characters.

    Raises:
        OSError: it has ended.
    """
    return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")


def process_name(pid: int) -> str:
    """Return the name of a process, or of the MiniStack function that it runs. Source: proc_pid_comm(5).

    Raises:
        OSError: it has ended.
    """
    return Path(f"/proc/{pid}/comm").read_text().strip()


def memory_mib(roots: Sequence[int]) -> float:
    """Return the memory of `roots` and their descendants in MiB: the proportional set size."""
    kib = 0
    for root in roots:
        for pid in descendants(root):
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        kib += int(line.split()[1])
    return kib / 1024


def wait_until(ready: Callable[[], bool], what: str, *, alive: subprocess.Popen[bytes], log: Path) -> None:
    """Poll until `ready()` is true.

    Args:
        ready: the condition.
        what: the name of what starts, for the error.
        alive: the process that must not end before.
        log: the log of that process.

    Raises:
        RuntimeError: `alive` ended, or `START_SECONDS` passed. The message has the end of the log.
    """
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if alive.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{what} did not start; the end of its log is:\n{tail}")
        time.sleep(0.01)


def listens(port: int) -> bool:
    """Return whether a process accepts connections on `port` of the loopback interface."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
