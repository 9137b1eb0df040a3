"""Ports for servers that tests start."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress

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
