"""The addresses that the name localhost has on this machine."""

import contextlib
import socket


def loopback_addresses() -> list[str]:
    """Return them. A server listens on all: otherwise another user's process could, and get what is meant for it."""
    found = ["127.0.0.1"]
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):  # where there is IPv6
        found.append("::1")
    return found
