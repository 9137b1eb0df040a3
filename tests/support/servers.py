"""The API on a free port of loopback, as `make run` serves it."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import requests

from infra import ROOT
from tests.support.polling import until

#: The ports of each worker of pytest-xdist. They are below those that Linux gives to clients and to servers which ask
#: for any port, so that none of them takes a port that a test has chosen and does not listen on yet, or not any more.
PORTS = [range(start, start + 1000) for start in range(16_000, 32_000, 1000)]
_taken: set[int] = set()


def free_port() -> int:
    """Return a port of loopback that nothing listens on, another one at each call."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = [port for port in PORTS[worker % len(PORTS)] if port not in _taken]
    while True:
        port = secrets.choice(ports)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            _taken.add(port)
            return port


@contextmanager
def local_server(environment: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the working copy's API; give its address, with a slash at its end, and its process."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "infra.local.server", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _responds(url), "the server responds")
            yield url, process
        finally:
            process.terminate()


def _responds(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}openapi.json", timeout=30).ok
    return False
