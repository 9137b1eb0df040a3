"""The processes of the local server, one a core, on one port."""

import contextlib
import os
import select
import subprocess
import sys
import time
from pathlib import Path

from infra.child_processes import last_lines, start, stop
from infra.errors import InfraError
from infra.local.server import READ_PAGE_AGAIN

#: The emulator behind them is one process: more servers than this only wait for it.
MAX_PROCESSES = 4
START_SECONDS = 60
#: Between two starts of a process that ends again and again, as one with a fault in its code does.
RESTART_SECONDS = 5


class ServerPool:
    """Starts, replaces, revives and stops the server's processes."""

    def __init__(self, port: int, log: Path, count: int | None = None) -> None:
        self.log = log
        self._port = port
        self._count = count or min(MAX_PROCESSES, len(os.sched_getaffinity(0)))
        self._settings: dict[str, str] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._started = 0.0
        log.write_bytes(b"")

    def replace(self, settings: dict[str, str]) -> None:
        """Start processes with the code as it is now, and stop those before once the new ones are healthy.

        Args:
            settings: What is added to the environment.

        Raises:
            InfraError: The new processes end or are not healthy in time; those before go on serving.
        """
        before, settings_before = self._processes, self._settings
        self._settings = settings
        self._processes = []
        try:
            ready = [self._start() for _ in range(self._count)]
            self._wait_until_ready(ready)
        except BaseException:
            self.stop()
            self._processes, self._settings = before, settings_before
            raise
        _stop_all(before)

    def read_page_again(self) -> None:
        """Make all of them serve the files of the page as they are now."""
        for process in self._processes:
            process.send_signal(READ_PAGE_AGAIN)

    def stop(self) -> None:
        """Stop all of them."""
        _stop_all(self._processes)
        self._processes = []

    def revive(self) -> None:
        """Start those again that something killed."""
        if time.monotonic() - self._started < RESTART_SECONDS:
            return
        ended = [process for process in self._processes if process.poll() is not None]
        for process in ended:
            stop(process)
            self._processes.remove(process)
            os.close(self._start())

    def _start(self) -> int:
        """Start a process; return the pipe on which it says that it is ready."""
        self._started = time.monotonic()
        ready, write = os.pipe()
        command = [sys.executable, "-m", "infra.local.server", "--port", str(self._port), "--ready-fd", str(write)]
        command += ["--state", str(self.log.parents[1])]
        environment = {**os.environ, **self._settings}
        try:
            with self.log.open("ab") as log:
                self._processes.append(start(command, environment, log, [write]))
        finally:
            os.close(write)
        return ready

    def _wait_until_ready(self, pipes: list[int]) -> None:
        """Wait until each process has said on its pipe that it is healthy and listens."""
        deadline = time.monotonic() + START_SECONDS
        with contextlib.ExitStack() as stack:
            for pipe in pipes:
                stack.callback(os.close, pipe)
            for pipe in pipes:
                if not select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
                    message = f"The API is not healthy after {START_SECONDS} s: see {self.log}."
                    raise InfraError(message)
                if not os.read(pipe, 1):
                    message = f"The API ended at once: {last_lines(self.log)} The whole log is {self.log}."
                    raise InfraError(message)


def _stop_all(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        stop(process)
