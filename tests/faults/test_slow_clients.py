"""Clients that send nothing or send slowly do not delay other clients."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.polling import final_task

pytestmark = pytest.mark.emulator

BODY = json.dumps({"number": 97}).encode()
HEAD = (
    f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode()


@pytest.fixture
def connections(service_url: str) -> Iterator[list[socket.socket]]:
    """Open a hundred connections."""
    address = urlsplit(service_url)
    with ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection((address.hostname, address.port or 80), timeout=30))
            for _ in range(100)
        ]


def assert_served(url: str) -> None:
    """Check that another client is served: a number from its submission to its result."""
    response = requests.post(url, json={"number": 11}, timeout=10)
    assert final_task(url, response.json()["task_id"], seconds=20)["result"]["verdict"] == "prime"


def test_clients_that_connect_and_send_nothing_do_not_delay_others(
    service_url: str, connections: list[socket.socket]
) -> None:
    assert_served(service_url)


def test_clients_that_send_a_byte_at_a_time_are_served_and_do_not_delay_others(
    service_url: str, connections: list[socket.socket]
) -> None:
    for connection in connections:
        connection.sendall(HEAD)
    for byte in BODY[:-1]:
        for connection in connections:
            connection.sendall(bytes([byte]))
        if byte in b"{:9":
            assert_served(service_url)
    for connection in connections:
        connection.sendall(BODY[-1:])
    for connection in connections:
        assert connection.recv(65536).startswith(b"HTTP/1.1 202 ")
