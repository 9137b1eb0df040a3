"""Child processes that end with their parent, however it ends."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from infra.errors import InfraError

#: Source: Linux manual pages, prctl(2).
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def start(command: Sequence[str], env: Mapping[str, str], log: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a child that gets SIGTERM when this process ends, killed or not.

    Call it on the main thread: the kernel's signal comes when the thread that started the child ends.
    The child is in a session of its own, so Ctrl-C reaches only the parent, which ends it in order.
    """
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - no other threads run yet, and prctl is all it does
    )


def _end_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """End a child by SIGTERM, by SIGKILL after `seconds`, and then whatever it has started and left behind."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    # The child leads a process group, see start: a function that still computes is in it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def require_free(port: int, variable: str, host: str = "127.0.0.1") -> None:
    """Raise InfraError when something listens on the port; `variable` names what chooses another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"Port {port} cannot be used ({error.strerror}): choose another with {variable}={port + 1}."
            raise InfraError(message) from error


def last_lines(log: Path, count: int = 5) -> str:
    """Give the end of a log on one line, for an error's message."""
    return " | ".join(log.read_text(errors="replace").strip().splitlines()[-count:])
