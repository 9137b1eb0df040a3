"""The local server's processes, replaced when the code changes and started again when something ends them."""

import json
import time
from pathlib import Path

from infra.local.server_process import ServerProcess

#: Between two starts of a process that ends again and again, as one with a fault in its code does.
RESTART_SECONDS = 5


class ServerPool:
    """Prepares, replaces, revives and stops the server."""

    def __init__(self, port: int, endpoint: str, log: Path) -> None:
        self._port = port
        self._endpoint = endpoint
        self._log = log
        self._settings = ""
        self._running: ServerProcess | None = None
        self._prepared: ServerProcess | None = None
        self._started = 0.0

    def prepare(self) -> None:
        """Import the code as it is now, in a process that serves it after `replace`."""
        self._prepared = self._start()

    def discard(self) -> None:
        """Stop what was prepared."""
        if self._prepared:
            self._prepared.stop()
            self._prepared = None

    def replace(self, settings: dict[str, str]) -> None:
        """Serve what was prepared, and stop what was served before once that is healthy.

        Args:
            settings: What is added to the environment.

        Raises:
            InfraError: The new process ends or is not healthy in time; the one before goes on serving.
        """
        assert self._prepared
        text = json.dumps(settings)
        self._prepared.serve(text)
        self._prepared.wait_until_ready()
        before, self._running, self._prepared, self._settings = self._running, self._prepared, None, text
        if before:
            before.stop()

    def read_page_again(self) -> None:
        """Serve the files of the page as they are now."""
        if self._running:
            self._running.read_page_again()

    def revive(self) -> None:
        """Start the server again if something killed it."""
        if self._running and not self._running.is_running() and time.monotonic() - self._started > RESTART_SECONDS:
            self._running.stop()
            self._running = self._start()
            self._running.serve(self._settings)

    def stop(self) -> None:
        """Stop all."""
        self.discard()
        if self._running:
            self._running.stop()
            self._running = None

    def _start(self) -> ServerProcess:
        self._started = time.monotonic()
        return ServerProcess(self._port, self._endpoint, self._log)
