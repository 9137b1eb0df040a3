"""The processes of functions, which are forks of a parent, and the folders with what they consist of."""

import hashlib
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infra.emulator.layers import unpack_once

PARENT = Path(__file__).with_name("function_parent.py")
#: For a parent to import the code, and then for each fork.
START_SECONDS, FORK_SECONDS = 60, 10


class ForkedProcess:
    """The part of subprocess.Popen that MiniStack uses, for a process that another one has started."""

    def __init__(self, pid: int, pipes: Sequence[int]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._pidfd = os.pidfd_open(pid)
        self.stdin = os.fdopen(pipes[0], "w", 1)
        self.stdout, self.stderr = os.fdopen(pipes[1]), os.fdopen(pipes[2])

    def __del__(self) -> None:
        """Close what was opened here; the pipes close themselves."""
        if hasattr(self, "_pidfd"):
            os.close(self._pidfd)

    def exchange(self, line: str, seconds: float) -> dict[str, Any]:
        """Write a line, and return the JSON object that the process writes for it, as the last of its lines.

        Raises:
            subprocess.TimeoutExpired: There is none in time.
            OSError: It ends.
        """
        deadline = time.monotonic() + seconds
        self.stdin.write(f"{line}\n")
        self.stdin.flush()
        text = b""
        while not (text.endswith(b"\n") and text.splitlines()[-1].startswith(b"{")):
            if not _is_readable(self.stdout.fileno(), deadline - time.monotonic()):
                raise subprocess.TimeoutExpired("function", seconds)
            data = os.read(self.stdout.fileno(), 65_536)
            if not data:
                message = "it has closed its output"
                raise ConnectionResetError(message)
            text += data
        response: dict[str, Any] = json.loads(text.splitlines()[-1])
        return response

    def poll(self) -> int | None:
        """Return None while it runs, then 0: its status is not known."""
        if self.returncode is None and _is_readable(self._pidfd, 0):
            self.returncode = 0
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: It has not ended in time.
        """
        if not _is_readable(self._pidfd, timeout):
            raise subprocess.TimeoutExpired("function", timeout)
        return 0

    def terminate(self) -> None:
        """Send SIGTERM."""
        signal.pidfd_send_signal(self._pidfd, signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


@dataclass(frozen=True)
class Code:
    """The code of functions that are forks of one process: its folder, those of its layers, and its handlers."""

    folder: Path
    layers: tuple[Path, ...]
    module: str


class Parent:
    """A process of which functions are forks."""

    def __init__(self, control: socket.socket) -> None:
        """Wait until it is ready, which it says on the other end of a socket."""
        self._control = control
        self._forks: list[ForkedProcess] = []
        control.settimeout(START_SECONDS)
        self._receive()
        control.settimeout(FORK_SECONDS)

    def fork(self, environment: dict[str, str]) -> ForkedProcess:
        """Start the process of a function.

        Raises:
            OSError: The parent has ended, or does not respond.
        """
        (stdin, to_stdin), (from_stdout, stdout), (from_stderr, stderr) = (os.pipe() for _ in range(3))
        ours = [to_stdin, from_stdout, from_stderr]
        try:
            process = ForkedProcess(self._request({"environment": environment}, [stdin, stdout, stderr]), ours)
        except OSError:
            _close(ours)
            raise
        finally:
            _close([stdin, stdout, stderr])
        self._forks = [*(fork for fork in self._forks if fork.poll() is None), process]
        return process

    def fork_parent(self, layers: Sequence[Path]) -> "Parent":
        """Start the parent of functions with layers; raises OSError as above."""
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            self._request({"layers": [str(layer) for layer in layers]}, [its.fileno()])
        return Parent(ours)

    def has_forks(self) -> bool:
        """Return whether a function runs that it has started."""
        return any(process.poll() is None for process in self._forks)

    def end(self) -> None:
        """End it; its forks go on."""
        self._control.close()

    def _request(self, request: dict[str, Any], descriptors: list[int]) -> int:
        socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
        return int(self._receive())

    def _receive(self) -> bytes:
        response = self._control.recv(16)
        if not response:
            raise ConnectionResetError("The parent of the functions has ended.")
        return response


class FunctionProcesses:
    """Unpacks code and layers, and starts the processes of functions, with their parents, when they are called."""

    def __init__(self, folder: Path, script: str, *, with_clients: bool) -> None:
        """Begin without any.

        Args:
            folder: Where code and layers are unpacked.
            script: What the process of a function runs.
            with_clients: Whether all functions have the same credentials, so that their AWS clients can be forked.
        """
        self._folder = folder
        self._script = script
        self._with_clients = with_clients
        self._parents: dict[Code, Parent] = {}
        self._lock = threading.Lock()

    def unpack(self, content: bytes) -> Path:
        """Return the folder of what is in a zip file."""
        folder = self._folder / hashlib.sha256(content).hexdigest()
        with self._lock:
            return unpack_once(io.BytesIO(content), folder)

    def start(self, code: Code, environment: dict[str, str]) -> ForkedProcess:
        """Start the process of a function.

        Raises:
            OSError: A parent ends at once, or does not respond.
        """
        with self._lock:
            try:
                return self._parent(code, environment).fork(environment)
            except OSError:  # something has killed a parent
                self._end({other for other in self._parents if other.folder == code.folder})
                return self._parent(code, environment).fork(environment)

    def _parent(self, code: Code, environment: dict[str, str]) -> Parent:
        if code not in self._parents:
            if code.layers:
                parent = self._parent(replace(code, layers=()), environment).fork_parent(code.layers)
            else:
                used = {other.folder for other, parent in self._parents.items() if parent.has_forks()}
                self._end({other for other in self._parents if other.folder not in used})
                parent = self._start_parent(code, environment)
            self._parents[code] = parent
        return self._parents[code]

    def _start_parent(self, code: Code, environment: dict[str, str]) -> Parent:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            command = [sys.executable, "-P", str(PARENT), str(its.fileno())]
            nothing = subprocess.DEVNULL
            shared = {name: value for name, value in environment.items() if name != "AWS_LAMBDA_FUNCTION_NAME"}
            process = subprocess.Popen(
                command, cwd=code.folder, env=shared, stdin=nothing, stdout=nothing, pass_fds=[its.fileno()]
            )
        threading.Thread(target=process.wait, daemon=True).start()
        begin = {"folder": str(code.folder), "module": code.module, "script": self._script}
        ours.send(json.dumps(begin | {"with_clients": self._with_clients}).encode())
        return Parent(ours)

    def _end(self, codes: set[Code]) -> None:
        for code in codes:
            self._parents.pop(code).end()


def _is_readable(descriptor: int, seconds: float) -> bool:
    """Return whether a descriptor is readable within this time; several threads may ask for the same one."""
    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    return bool(ready.poll(max(0, 1000 * seconds)))


def _close(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
