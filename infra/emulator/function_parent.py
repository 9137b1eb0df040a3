"""The parent of functions: it imports their code once, and each of them is a fork of it.

The process of a function that starts alone takes half a second of a core and 50 MB; a fork takes milliseconds, and the
pages that it does not change are in memory once. The parent of functions with layers is itself a fork of that of the
functions without. MiniStack's interpreter runs this file by itself: here no package of this project is there but the
code of the functions.

The emulator writes to a socket what this process does, in JSON, and it responds:

- First the code's folder, the handler's module, and MiniStack's script for the process of a function.
- `{"layers": […]}` with a socket: fork a parent that has these layers, too, and listens to that socket.
- `{"environment": {…}}` with three pipes, for stdin, stdout and stderr: fork a function.

The response to the latter two is the id of the fork.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

MAX_BYTES = 262_144
#: What the handlers import when they are first called: without and with the native libraries of the layer.
MODULES = ("chalicelib.consumers.settle", "chalicelib.consumers.publisher")
MODULES_WITH_LAYERS = tuple(
    f"chalicelib.consumers.{name}" for name in ("worker", "list_worker", "prover", "factorizer", "dead_letters")
)
#: The length of a process's name. Source: proc_pid_comm(5).
MAX_NAME = 15


def main() -> None:
    """Import the code, then fork what is asked for."""
    control = socket.socket(fileno=int(sys.argv[1]))
    begin = json.loads(control.recv(MAX_BYTES))
    sys.path.insert(0, begin["folder"])
    _import([begin["module"], *MODULES])
    if begin["with_clients"]:
        _make_clients()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel removes the forks that have ended
    _serve(control, begin["script"])


def _serve(control: socket.socket, script: str) -> None:
    """Respond to requests until the emulator closes the socket."""
    _freeze()
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_BYTES, 3)
        if not message:
            return
        request = json.loads(message)
        pid = os.fork()
        if pid == 0:
            control.close()
            if "environment" in request:
                _run(script, request["environment"], descriptors)
            control = socket.socket(fileno=descriptors[0])
            sys.path[:0] = [folder for layer in reversed(request["layers"]) for folder in (layer, f"{layer}/python")]
            _import(MODULES_WITH_LAYERS)
            _freeze()
            control.send(b"ready")
        else:
            for descriptor in descriptors:
                os.close(descriptor)
            control.send(str(pid).encode())


def _import(modules: Iterable[str]) -> None:
    """Import what functions will. Where that fails, the process of the function meets the same error and reports it."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def _make_clients() -> None:
    with contextlib.suppress(Exception):
        aws: Any = importlib.import_module("chalicelib.aws")
        for make in (aws.dynamodb, aws.sqs, aws.events):
            make()


def _freeze() -> None:
    """Keep the garbage collector from all objects: it would change, and so copy, their pages in each fork."""
    gc.collect()
    gc.freeze()


def _run(script: str, environment: dict[str, str], pipes: list[int]) -> NoReturn:
    """Be the process of a function."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for pipe, standard in zip(pipes, (0, 1, 2), strict=True):
            os.dup2(pipe, standard)
            os.close(pipe)
        os.environ.clear()
        os.environ.update(environment)
        name = environment["AWS_LAMBDA_FUNCTION_NAME"].split("-")[-2:][0]  # CloudFormation's: stack-Name-random
        Path("/proc/self/comm").write_text(name[:MAX_NAME])
        exec(compile(script, "worker.py", "exec"), {"__name__": "__main__"})  # noqa: S102
        status = 0
    except BaseException:  # noqa: BLE001 - nothing of it may reach the code of the parent
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
