"""The processes of MiniStack's functions: forks of a parent, see function_parent.py.

MiniStack 1.5.33 unpacks code and layers for each process, and each process imports them: 90 MB of disk, 50 MB of memory
and over a second of a core.
"""

import contextlib
import io
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.core.lambda_runtime import Worker
from ministack.services import lambda_svc

from infra.emulator.layers import linked_folder, unpack_once
from infra.emulator.replacement import replace

PARENT = Path(__file__).with_name("function_parent.py")
#: For a parent to import the code.
START_SECONDS = 60


def fork(state: Path, endpoint: str) -> None:
    """Have the processes of functions forked.

    Args:
        state: The folder of the emulator: code is unpacked in `tmp`, and each function has its log in `logs`.
        endpoint: The emulator's address.
    """
    Function.state, Function.endpoint = state, endpoint
    replace(lambda_runtime, "_worker_class_for", lambda _config: Function)
    replace(lambda_runtime, "kill_workers", kill_all)


def short_name(function: str) -> str:
    """Return the logical id of a function: CloudFormation names it `is-it-prime-local-ListWorker-1a2b`."""
    return function.split("-")[-2] if function.count("-") > 1 else function


def log_name(function: str) -> str:
    """Return the name of a function's log: that of `ListWorker` is `list_worker.log`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", short_name(function)).lower() + ".log"


class Process:
    """A function's process: calls of it, its end, and the method that MiniStack uses."""

    def __init__(self, pid: int, connection: socket.socket, log: Path) -> None:
        self.pid = pid
        self._log = log
        self._pidfd = os.pidfd_open(pid)
        self._connection = connection
        self._file = connection.makefile("rb")

    def __del__(self) -> None:
        """Close what was opened here."""
        if hasattr(self, "_pidfd"):
            os.close(self._pidfd)

    def call(self, call: dict[str, Any]) -> dict[str, Any]:
        """Return the response to a call: its result, or an error."""
        seconds = call["seconds"]
        self._connection.settimeout(seconds)
        try:
            self._connection.sendall(json.dumps(call).encode() + b"\n")
            line = self._file.readline()
        except TimeoutError:
            return self._error(f"Task timed out after {seconds}.00 seconds")
        except OSError:
            line = b""
        if not line:
            return self._error("Worker process died")
        response: dict[str, Any] = json.loads(line)
        return response

    def _error(self, text: str) -> dict[str, Any]:
        """Return an error that the process could not log, and log it."""
        with contextlib.suppress(OSError), self._log.open("a") as log:  # a full disk stops no function
            log.write(text + "\n")
        return {"error": text}

    def poll(self) -> int | None:
        """Return None while it runs, then 0: its status is not known."""
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        return 0 if ended.poll(0) else None

    def kill(self) -> None:
        """Send SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


def kill_all(functions: list["Function"]) -> None:
    """End the processes of functions, in the place of MiniStack's function."""
    for function in functions:
        process, function._proc = function._proc, None  # noqa: SLF001 - MiniStack's attribute
        if process:
            process.kill()


@dataclass(frozen=True)
class Code:
    """What functions that are forks of one process have in common: their folders and the module of their handlers."""

    folders: tuple[Path, ...]
    module: str


class Function(Worker):  # type: ignore[misc] # MiniStack is not in the environment of the type checker
    """A function's process, as MiniStack starts, calls and ends it."""

    state: Path
    endpoint: str
    _proc: Any  # a Process, None where there is none: MiniStack names it so
    _lock_of_parents = threading.Lock()
    #: The sockets of the parents.
    _parents: dict[Code, socket.socket] = {}  # noqa: RUF012

    def invoke(self, event: Any, request_id: str, **_: Any) -> dict[str, Any]:  # noqa: ANN401 - MiniStack's
        """Have the process work on an event, and return its response; it is ended after an error."""
        with self._lock:
            is_cold = self._proc is None or self._proc.poll() is not None
            if is_cold:
                self._spawn()
            response = self._proc.call(
                {
                    "event": event,
                    "seconds": self.config.get("Timeout", 30),
                    "context": {
                        "aws_request_id": request_id,
                        "function_name": self.config["FunctionName"],
                        "function_version": self.config.get("Version", "$LATEST"),
                        "invoked_function_arn": self.config["FunctionArn"],
                        "memory_limit_in_mb": self.config.get("MemorySize", 128),
                    },
                }
            )
            if "error" in response:
                self.kill()
            status = "error" if "error" in response else "ok"
            return {**response, "status": status, "cold_start": is_cold, "log": ""}  # each function writes its log

    def _spawn(self) -> None:
        """Start the process."""
        layers = [lambda_svc._resolve_layer_zip(layer) for layer in self.config.get("Layers", [])]  # noqa: SLF001
        folders = [self._unpack(self.code_zip)]
        for folder in [linked_folder(layer) or self._unpack(layer) for layer in layers if layer]:
            folders += [folder / "python", folder]
        handler = self.config["Handler"].replace("/", ".")
        code = Code(tuple(folders), handler.rpartition(".")[0])
        name = short_name(self.config["FunctionName"])
        request = {"name": name, "handler": handler, "environment": self._environment(folders[0])}
        connection, its = socket.socketpair()
        path = self.state / "logs" / log_name(name)
        with its, path.open("ab") as log, self._lock_of_parents:
            try:
                pid = self._fork(code, request, its, log)
            except OSError:  # something has killed the parent
                self._parents.pop(code, None)
                pid = self._fork(code, request, its, log)
        self._proc = Process(pid, connection, path)

    def _fork(self, code: Code, request: dict[str, Any], connection: socket.socket, log: io.BufferedWriter) -> int:
        """Have a parent fork the process, and return its id."""
        if code not in self._parents:
            for other in [other for other in self._parents if other.folders[0] != code.folders[0]]:
                del self._parents[other]  # it ends, and its forks do not
            self._parents[code] = self._start_parent(code, request["environment"])
        parent = self._parents[code]
        socket.send_fds(parent, [json.dumps(request).encode()], [connection.fileno(), log.fileno()])
        return int(parent.recv(16) or self._raise_ended())

    @staticmethod
    def _raise_ended() -> bytes:
        message = "The parent of the functions has ended."
        raise ConnectionResetError(message)

    @staticmethod
    def _start_parent(code: Code, environment: dict[str, str]) -> socket.socket:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(START_SECONDS)
        with its:
            shared = {name: value for name, value in environment.items() if name != "AWS_LAMBDA_FUNCTION_NAME"}
            command = [sys.executable, "-P", str(PARENT), str(its.fileno())]
            nothing = subprocess.DEVNULL
            process = subprocess.Popen(command, env=shared, stdin=nothing, stdout=nothing, pass_fds=[its.fileno()])
        threading.Thread(target=process.wait, daemon=True).start()
        begin = {"folders": [str(folder) for folder in code.folders], "module": code.module}
        # With AUTH each function has credentials of its own.
        ours.send(json.dumps({**begin, "with_clients": not app.AUTH}).encode())
        return ours

    def _unpack(self, content: bytes) -> Path:
        """Return the folder of what is in a zip file."""
        return unpack_once(io.BytesIO(content), self.state / "tmp" / sha256(content).hexdigest())

    def _environment(self, folder: Path) -> dict[str, str]:
        """Return the variables that MiniStack gives to a function."""
        _, region = lambda_runtime._account_region_from_function_config(self.config)  # noqa: SLF001
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.endpoint,
            **self.config.get("Environment", {}).get("Variables", {}),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            **lambda_runtime.execution_credentials(self.config),
            "LAMBDA_TASK_ROOT": str(folder),
            "AWS_LAMBDA_FUNCTION_NAME": self.config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.config.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_VERSION": self.config.get("Version", "$LATEST"),
        }
