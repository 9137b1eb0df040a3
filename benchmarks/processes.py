"""Start, weigh and stop the processes of a service under measurement."""

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


def end_in_order() -> None:
    """Let SIGTERM end this process as Ctrl-C does: through every `finally`, so that nothing is left running."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` in a session of its own; on leaving, end it and everything it started."""
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
    """End `process` politely, then whatever is left of its family by force."""
    family = [pid for pid in descendants(process.pid) if pid != process.pid]
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def descendants(root: int) -> list[int]:
    """Return the ids of `root` and of every living process below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name stands in parentheses and may hold anything; the parent is the second word after.
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def resident_mib(roots: Sequence[int]) -> float:
    """Return the memory of the processes under `roots`, in MiB: proportional set size, shared pages once."""
    kib = 0
    for root in roots:
        for pid in descendants(root):
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        kib += int(line.split()[1])
    return kib / 1024


def wait_until(ready: Callable[[], bool], what: str, *, alive: subprocess.Popen[bytes], log: Path) -> None:
    """Poll until `ready()`; RuntimeError with the log's end when `alive` ends or `START_SECONDS` pass."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if alive.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{what} did not start; the end of its log reads:\n{tail}")
        time.sleep(0.01)


def listens(port: int) -> bool:
    """Tell whether somebody accepts connections on `port` of the loopback interface."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
