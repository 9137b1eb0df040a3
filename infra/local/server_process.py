"""The local server as `make run` starts it, replaces it when the code changes, and starts it again."""

import os
import select
import subprocess
import sys
import time

from infra.child_processes import last_lines, start, stop, wait_until_healthy
from infra.emulator import environment
from infra.emulator.ministack import Emulator
from infra.environment import ONE_ARENA
from infra.errors import InfraError

#: The emulator behind them is one process: more workers than this only wait for it.
MAX_WORKERS = 4
START_SECONDS = 60
#: Between two starts of a server that ends again and again, as one with a fault in its code does.
RESTART_SECONDS = 5


class ServerProcess:
    """Runs the server."""

    def __init__(self, port: int, emulator: Emulator) -> None:
        """Start nothing yet."""
        self._port = port
        self._emulator = emulator
        self._log = emulator.state / "logs" / "api.log"
        self._running: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def replace(self) -> None:
        """Start a server with the code as it is now, and end the one before when the new one serves.

        Raises:
            InfraError: The new server ends or does not serve in time; the one before goes on serving.
        """
        before, self._running = self._running, self._start()
        if before:
            stop(before)

    def revive(self) -> None:
        """Start the server again if something killed it."""
        if self._running and self._running.poll() is not None and time.monotonic() - self._started > RESTART_SECONDS:
            stop(self._running)  # its workers may still run
            self._running = self._start()

    def stop(self) -> None:
        """End the server when it has responded to its requests."""
        if self._running:
            stop(self._running)
            self._running = None

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a server, and wait until each of its workers serves."""
        self._started = time.monotonic()
        workers = min(MAX_WORKERS, len(os.sched_getaffinity(0)))
        ready, write = os.pipe()
        command = [sys.executable, "-m", "infra.local.server", "--port", str(self._port), "--workers", str(workers)]
        command += ["--ready-fd", str(write), "--state", str(self._emulator.state), "--stage", "local"]
        try:
            with self._log.open("ab") as file:
                process = start(command, {**os.environ, **environment(self._emulator.url), **ONE_ARENA}, file, [write])
        finally:
            os.close(write)
        try:
            self._wait_until_ready(ready, workers)
            wait_until_healthy(process, f"http://127.0.0.1:{self._port}/health", START_SECONDS, self._log)
        except BaseException:
            stop(process)
            raise
        finally:
            os.close(ready)
        return process

    def _wait_until_ready(self, ready: int, workers: int) -> None:
        deadline = self._started + START_SECONDS
        while workers:
            if not select.select([ready], [], [], max(0, deadline - time.monotonic()))[0]:
                message = f"The API does not serve after {START_SECONDS} s: see {self._log}."
                raise InfraError(message)
            received = len(os.read(ready, workers))
            if not received:
                message = f"The API ended at once: {last_lines(self._log)} The whole log is {self._log}."
                raise InfraError(message)
            workers -= received
