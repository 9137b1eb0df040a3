"""The processes of the local server, one a core, on one port."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from infra import ROOT
from infra.errors import InfraError
from infra.processes import last_lines, start, stop

#: The emulator behind them is one process: more servers than this only wait for it.
MOST_PROCESSES = 4
SECONDS_TO_START = 30
#: A process that ends sooner has a fault in its code, and starting it again would not help.
SECONDS_TO_LIVE = 5


class Servers:
    """Starts, revives and stops the server's processes; `settings` is added to their environment."""

    def __init__(self, port: int, log: Path, settings: dict[str, str], count: int | None = None) -> None:
        self.port = port
        self.log = log
        self.settings = settings
        self._count = count or min(MOST_PROCESSES, len(os.sched_getaffinity(0)))
        self._processes: list[subprocess.Popen[bytes]] = []
        self._started = 0.0

    def start(self) -> None:
        """Start all of them."""
        self._started = time.monotonic()
        self.log.write_bytes(b"")
        self._processes = [self._one() for _ in range(self._count)]

    def stop(self) -> None:
        """End all of them."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            stop(process)
        self._processes = []

    def revive(self) -> None:
        """Start those again that something killed."""
        if time.monotonic() - self._started > SECONDS_TO_LIVE:
            alive = [process for process in self._processes if process.poll() is None]
            if len(alive) < len(self._processes):
                self._started = time.monotonic()
                self._processes = alive + [self._one() for _ in self._processes[len(alive) :]]

    def wait_until_healthy(self) -> None:
        """Wait until the API says that its table and queues answer.

        Raises:
            InfraError: a process ends at once, or the API stays ill.
        """
        deadline = time.monotonic() + SECONDS_TO_START
        reason = "nothing answers"
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes):
                message = f"The API ended at once: {last_lines(self.log)} The whole log is {self.log}."
                raise InfraError(message)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5):
                    return
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                reason = str(error)
                time.sleep(0.05)
        message = f"The API is not healthy after {SECONDS_TO_START} s ({reason}): see {self.log}."
        raise InfraError(message)

    def _one(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "infra.server", "--port", str(self.port)]
        with self.log.open("ab") as log:
            return start(command, {**os.environ, **self.settings, "PYTHONPATH": str(ROOT)}, log)
