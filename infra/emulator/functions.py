"""The processes of MiniStack's functions: forks of a parent, see function_parent.py.

MiniStack 1.5.33 starts an interpreter for each process, which imports the code: 50 MB of memory and over a second of a
core. What it says to a process, and how it ends one, stays as it is.
"""

import contextlib
import io
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack import app
from ministack.core import lambda_runtime

from infra.emulator.layers import LINK, unpack_once
from infra.emulator.replacement import replace

PARENT = Path(__file__).with_name("function_parent.py")
STATE = Path(os.environ["STATE_DIR"])
#: For a parent to import the code.
START_SECONDS = 60

#: The sockets of the parents, by the folders of the code that they have imported.
_parents: dict[tuple[str, ...], socket.socket] = {}
_lock_of_parents = threading.Lock()


def fork() -> None:
    """Have the processes of functions forked; each writes its log in the folder `logs` of the state."""
    replace(lambda_runtime, "subprocess", SimpleNamespace(**vars(subprocess) | {"Popen": Process}))
    # It would wait for lines of a log on a pipe.
    replace(lambda_runtime.Worker, "_drain_stderr_bounded", lambda _: "")

    def invoke_and_log(worker: Any, *arguments: Any, **named: Any) -> dict[str, Any]:  # noqa: ANN401 - MiniStack's
        try:
            response: dict[str, Any] = invoke(worker, *arguments, **named)
        except RuntimeError as error:  # the process has not started
            _log(worker, str(error))
            raise
        if response["status"] == "error":
            _log(worker, response.get("trace", response["error"]))
        return response

    invoke = replace(lambda_runtime.Worker, "invoke", invoke_and_log)


def _log(worker: Any, text: str) -> None:  # noqa: ANN401 - MiniStack's
    """Write what ended an invocation to the function's log. A full disk stops no function."""
    with contextlib.suppress(OSError), log_of(short_name(worker.config["FunctionName"])).open("a") as log:
        log.write(text.rstrip("\n") + "\n")


def short_name(function: str) -> str:
    """Return the logical id of a function: CloudFormation names it `is-it-prime-local-ListWorker-1a2b`."""
    return function.split("-")[-2] if function.count("-") > 1 else function


def log_of(function: str) -> Path:
    """Return the log of a function: for `ListWorker`, `list_worker.log`."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", function).lower()
    return STATE / "logs" / f"{name}.log"


class Process:
    """A function's process, in the place of the `subprocess.Popen` that MiniStack starts."""

    stderr = io.StringIO()  # the process writes its log itself

    def __init__(self, command: list[str], *, cwd: str, env: dict[str, str], **_: object) -> None:
        script, archive = Path(command[1]).read_text(), Path(cwd).with_name("code.zip")
        # MiniStack has unpacked the code for this process alone.
        code = unpack_once(archive, STATE / "tmp" / sha256(archive.read_bytes()).hexdigest())
        shutil.rmtree(cwd)
        folders = [str(code)]
        for layer in map(Path, filter(None, env.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep))):
            folder = Path((layer / LINK).read_text()) if (layer / LINK).exists() else layer
            folders += [str(folder / "python"), str(folder)]
        name = short_name(env["AWS_LAMBDA_FUNCTION_NAME"])
        request = {"name": name, "script": script, "environment": {**env, "LAMBDA_TASK_ROOT": str(code)}}
        # Pipes as of a `subprocess.Popen`: a socket of a killed process is reset, and MiniStack knows only an end.
        its_stdin, stdin = os.pipe()
        stdout, its_stdout = os.pipe()
        self.stdin, self.stdout = os.fdopen(stdin, "w"), os.fdopen(stdout)
        with os.fdopen(its_stdin, "rb") as source, os.fdopen(its_stdout, "wb") as sink, log_of(name).open("ab") as log:
            files = [source.fileno(), sink.fileno(), log.fileno()]
            with _lock_of_parents:
                try:
                    self.pid = _fork(tuple(folders), request, files)
                except OSError:  # something has killed the parent
                    _parents.pop(tuple(folders), None)
                    self.pid = _fork(tuple(folders), request, files)
        self._pidfd = os.pidfd_open(self.pid)

    def __del__(self) -> None:
        """Close the files that this object opened."""
        if hasattr(self, "_pidfd"):
            os.close(self._pidfd)

    def poll(self) -> int | None:
        """Return None while it runs, then 0: its status is not known."""
        return self.wait(0)

    def wait(self, timeout: float) -> int | None:
        """Wait for some seconds at most, and return as `poll` does."""
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        return 0 if ended.poll(timeout * 1000) else None

    def kill(self) -> None:
        """Send SIGKILL: a function may be interrupted at any time."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    terminate = kill


def _fork(folders: tuple[str, ...], request: dict[str, Any], files: list[int]) -> int:
    """Have a parent fork a process with these files as its standard streams, and return its id."""
    if folders not in _parents:
        for other in [other for other in _parents if other[0] != folders[0]]:
            del _parents[other]  # it ends, and its forks do not
        _parents[folders] = _start_parent(folders, request["environment"])
    parent = _parents[folders]
    socket.send_fds(parent, [json.dumps(request).encode()], files)
    if pid := parent.recv(16):
        return int(pid)
    message = "The parent of the functions has ended."
    raise ConnectionResetError(message)


def _start_parent(folders: tuple[str, ...], environment: dict[str, str]) -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(START_SECONDS)
    with its:
        shared = {name: value for name, value in environment.items() if name != "AWS_LAMBDA_FUNCTION_NAME"}
        command = [sys.executable, "-P", str(PARENT), str(its.fileno())]
        nothing = subprocess.DEVNULL
        process = subprocess.Popen(command, env=shared, stdin=nothing, stdout=nothing, pass_fds=[its.fileno()])
    threading.Thread(target=process.wait, daemon=True).start()
    # With AUTH each function has credentials of its own.
    ours.send(json.dumps({"folders": folders, "with_clients": not app.AUTH}).encode())
    return ours
