"""Child processes that end with this one, however it ends, with everything that they have started.

Each child leads a process group of its own, so Ctrl-C reaches only this process, which ends the children in order.
A shell next to each child does it where this process is killed: the pipe between the two then closes.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from infra import ROOT
from infra.errors import InfraError

#: For a child to end after SIGTERM. The emulator writes its state: a large table takes a while.
STOP_SECONDS = 60
#: Ends a child, whose process id it gets, and its group when the pipe is closed, but not if it reads a line before. A
#: zombie has ended, too.
WATCHDOG = f"""read -r _ && exit
kill "$0"
for _ in $(seq {STOP_SECONDS * 10}); do grep -q ') [^ZX]' /proc/"$0"/stat || break; sleep 0.1; done
kill -9 "-$0" """
IPV6 = "::1"

#: The watchdogs of the children that run, by their process ids.
_watchdogs: dict[int, subprocess.Popen[bytes]] = {}


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
    watch = ["sh", "-c", WATCHDOG, str(process.pid)]
    _watchdogs[process.pid] = subprocess.Popen(
        watch, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    return process


def stop(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """End a child by SIGTERM, or by SIGKILL after `seconds`, and then whatever it has started and left behind."""
    if process.pid not in _watchdogs:
        return  # it was stopped before
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _watchdogs.pop(process.pid).communicate(b"\n")


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


@contextlib.contextmanager
def claim(port: int, variable: str) -> Iterator[None]:
    """Keep other runs from a port of localhost until this block ends. Nothing may listen there yet.

    The error names `variable`, which chooses another port.

    The servers of one run listen on a port together, so that listening does not keep those of another run from it. The
    lock is an abstract socket: there is one of a name. They listen on 127.0.0.1 only. Another user's process could
    listen on ::1 and get what is meant for them: a socket that does not listen keeps that address, and clients use the
    other one. Source: unix(7).

    Raises:
        InfraError: Another run has the port, or something listens on it.
    """
    with socket.socket(socket.AF_UNIX) as lock, socket.socket(socket.AF_INET6) as kept, socket.socket() as probe:
        try:
            lock.bind(f"\0is-it-prime:{port}")
            if IPV6 in loopback_addresses():
                kept.bind((IPV6, port))
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            message = f"Port {port} cannot be used ({error.strerror}): choose another with {variable}={port + 1}."
            raise InfraError(message) from error
        probe.close()
        yield


def loopback_addresses() -> list[str]:
    """Return the addresses that the name localhost has on this machine."""
    found = ["127.0.0.1"]
    with contextlib.suppress(OSError), socket.create_server((IPV6, 0), family=socket.AF_INET6):  # where there is IPv6
        found.append(IPV6)
    return found


def last_lines(log: Path, count: int = 5) -> str:
    """Return the end of a log on one line, for an error's message."""
    return " | ".join(log.read_text(errors="replace").strip().splitlines()[-count:])
