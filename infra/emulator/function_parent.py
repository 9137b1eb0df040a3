"""The parent of functions: it imports their code once, and each of them is a fork of it.

The process of a function that starts alone takes half a second of a core and 50 MB; a fork takes milliseconds, and the
pages that it does not change are in memory once. MiniStack's interpreter runs this file by itself: no package of this
project is there but the code of the functions, and client.py beside it.

It reads JSON from a socket. The first message has the folders of the code. Each later one has what a function needs,
MiniStack's own script among it. With it come the function's standard input, its output and the file of its log. The
response is its process id.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

MAX_BYTES = 262_144
#: What the handlers import when they are first called.
MODULES = [
    f"chalicelib.consumers.{name}"
    for name in ("settle", "publisher", "worker", "list_worker", "prover", "factorizer", "dead_letters")
]
#: By how much each function lowers its scheduling priority. All share the cores with the API and the emulator, which
#: come first: the functions get their work from them. Cheap work comes before expensive work.
NICENESS = {
    "Worker": 4,
    "DeadLetters": 4,
    "Publisher": 4,
    "ListWorker": 6,
    "Prover": 8,
    "Factorizer": 10,
    "LongListWorker": 14,
    "LongProver": 18,
    "LongFactorizer": 19,
}
#: The length of a process's name. Source: proc_pid_comm(5).
MAX_NAME = 15


class Log(io.FileIO):
    """A function's log. A full disk stops no function."""

    def write(self, line: Any) -> int:  # noqa: ANN401 - any buffer
        """Write a line."""
        with contextlib.suppress(OSError):
            super().write(line)
        return len(line)


def main() -> None:
    """Import the code, then fork the requested functions until the emulator closes the socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    begin = json.loads(control.recv(MAX_BYTES))
    sys.path[:0] = begin["folders"]
    for name in [*(module.stem for module in Path(begin["folders"][0]).glob("*.py")), *MODULES]:
        with contextlib.suppress(Exception):  # the function meets the same error, and reports it
            importlib.import_module(name)
    if begin["with_clients"]:
        with contextlib.suppress(Exception):
            runpy.run_path(str(Path(__file__).with_name("client.py")))["install"]()
            aws: Any = importlib.import_module("chalicelib.aws")
            aws.dynamodb(), aws.sqs(), aws.events()
    gc.collect()
    gc.freeze()  # the collector would change, and so copy, the pages of all objects in each fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel removes the forks that have ended
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_BYTES, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _run(json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(pid).encode())


def _run(function: dict[str, Any], stdin: int, stdout: int, log: int) -> NoReturn:
    """Be the process of a function."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for standard in (1, 2):
            os.dup2(log, standard)
        os.close(log)
        sys.stderr = io.TextIOWrapper(Log(2, "w"), line_buffering=True)
        os.environ.clear()
        os.environ.update(function["environment"])
        Path("/proc/self/comm").write_text(function["name"][:MAX_NAME])
        os.nice(NICENESS.get(function["name"], 0))
        sys.stdin, sys.stdout = os.fdopen(stdin), os.fdopen(stdout, "w")
        exec(compile(function["script"], "MiniStack", "exec"), {})  # noqa: S102 - as MiniStack itself does
    except BaseException:  # noqa: BLE001 - nothing of it may reach the code of the parent
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
