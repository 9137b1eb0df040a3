"""A process of the local server with its copies, as `make run` starts it."""

import contextlib
import os
import select
import subprocess
import sys
import time
from pathlib import Path

from infra.child_processes import last_lines, start, stop
from infra.emulator import environment
from infra.environment import ONE_ARENA
from infra.errors import InfraError
from infra.local.server_copies import READ_PAGE_AGAIN

#: The emulator behind them is one process: more servers than this only wait for it.
MAX_COPIES = 4
START_SECONDS = 60


class ServerProcess:
    """Imports the code as it is when it starts, and serves once it has its settings."""

    def __init__(self, port: int, endpoint: str, log: Path) -> None:
        """Start it.

        Args:
            port: Where its copies listen, one for each core.
            endpoint: The emulator's address.
            log: The file that its lines are added to, in a folder of the emulator's state.
        """
        self._log = log
        self._copies = min(MAX_COPIES, len(os.sched_getaffinity(0)))
        self._ready, write = os.pipe()
        command = [sys.executable, "-m", "infra.local.server", "--port", str(port), "--ready-fd", str(write)]
        command += ["--copies", str(self._copies), "--state", str(log.parents[1])]
        variables = os.environ | environment(endpoint) | ONE_ARENA
        try:
            with log.open("ab") as file:
                self._process = start(command, variables, file, [write], subprocess.PIPE)
        finally:
            os.close(write)

    def serve(self, settings: str) -> None:
        """Give it its settings, in JSON."""
        pipe = self._process.stdin
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError), pipe:  # it has ended
            pipe.write(settings.encode())

    def wait_until_ready(self) -> None:
        """Wait until each copy has said that it is healthy and listens.

        Raises:
            InfraError: One of them ends, or is not healthy in time.
        """
        deadline = time.monotonic() + START_SECONDS
        for _ in range(self._copies):
            if not select.select([self._ready], [], [], max(0, deadline - time.monotonic()))[0]:
                message = f"The API is not healthy after {START_SECONDS} s: see {self._log}."
                raise InfraError(message)
            if not os.read(self._ready, 1):
                message = f"The API ended at once: {last_lines(self._log)} The whole log is {self._log}."
                raise InfraError(message)

    def read_page_again(self) -> None:
        """Make it serve the files of the page as they are now."""
        self._process.send_signal(READ_PAGE_AGAIN)

    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let it respond to its requests, and end it."""
        os.close(self._ready)
        stop(self._process)
