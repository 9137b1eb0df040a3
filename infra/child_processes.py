"""Child processes that end with this one, however it ends, with everything that they have started.

Each child leads a process group of its own, so Ctrl-C reaches only this process, which ends the children in order.
A watchdog process does it where this one is killed: the pipe between the two then closes.
"""

import atexit
import contextlib
import functools
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import IO

from infra import ROOT, watchdog
from infra.errors import InfraError


def start(
    command: Sequence[str],
    env: Mapping[str, str],
    log: IO[bytes] | None = None,
    pass_fds: Collection[int] = (),
    cwd: Path = ROOT,
) -> subprocess.Popen[bytes]:
    """Start a child, in the folder where `-m` finds the modules of infra unless another one is given."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
        pass_fds=pass_fds,
    )
    _tell_watchdog(f"+{process.pid}")
    return process


def stop(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """End a child by SIGTERM, or by SIGKILL after `seconds`, and then whatever it has started and left behind."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    watchdog.kill_group(process.pid)
    process.wait()
    _tell_watchdog(f"-{process.pid}")


def wait_until_healthy(process: subprocess.Popen[bytes], url: str, seconds: float, log: Path) -> None:
    """Wait until a child responds at its health page.

    Raises:
        InfraError: it ends, or does not respond in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            message = f"{log.stem} ended at once: {last_lines(log)} The whole log is {log}."
            raise InfraError(message)
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:  # it does not listen, or it does not respond yet
            time.sleep(0.02)
    message = f"{log.stem} did not respond within {seconds:.0f} s: see {log}."
    raise InfraError(message)


def claim(port: int, variable: str, hosts: Sequence[str] = ("127.0.0.1",)) -> socket.socket:
    """Return the lock of a port, which keeps other runs from it until it is closed or this process ends.

    The servers of one run listen on a port together, so that listening does not keep those of another run from it. The
    lock is an abstract socket: there is one of a name. Source: unix(7).

    Args:
        port: The port.
        variable: What chooses another one.
        hosts: The addresses on which nothing may listen yet.

    Raises:
        InfraError: Another run has the port, or something listens on it.
    """
    lock = socket.socket(socket.AF_UNIX)
    try:
        lock.bind(f"\0is-it-prime:{port}")
        for host in hosts:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
    except OSError as error:
        lock.close()
        message = f"Port {port} cannot be used ({error.strerror}): choose another with {variable}={port + 1}."
        raise InfraError(message) from error
    return lock


def last_lines(log: Path, count: int = 5) -> str:
    """Return the end of a log on one line, for an error's message."""
    return " | ".join(log.read_text(errors="replace").strip().splitlines()[-count:])


@functools.cache
def _watchdog() -> subprocess.Popen[bytes]:
    """Start the watchdog; it reads this process's end of a pipe."""
    # Without the modules of this one it has half of its memory.
    command = [sys.executable, "-I", "-S", watchdog.__file__]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    atexit.register(process.communicate)
    return process


def _tell_watchdog(line: str) -> None:
    pipe = _watchdog().stdin
    assert pipe is not None
    with contextlib.suppress(BrokenPipeError):
        pipe.write(f"{line}\n".encode())
        pipe.flush()
