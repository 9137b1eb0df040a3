"""What the connections of the local server may take at most: memory and files."""

import resource
import socket
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
import requests

from infra import ROOT
from infra.local import body_memory, open_connections
from infra.local.open_connections import OpenConnections
from infra.local.server import Server
from tests.infra.raw_http import assert_problem, connect, get, held_requests, post, send, serving, tiny_app
from tests.support.polling import until
from tests.support.servers import free_port


def large(size: int, sent: int | None = None) -> bytes:
    return post(b"Content-Length: %d\r\n" % size, b"0" * (size if sent is None else sent))


def test_the_bodies_of_all_connections_are_bounded_and_a_small_one_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_memory, "MAX_BYTES", 1_000_000)
    with serving(tiny_app()) as server:
        with connect(server) as client:
            client.sendall(large(1_000_000, sent=900_000))
            until(lambda: server.gateway.memory.free_bytes < 200_000, "the first body fills the memory")
            refused = send(server, large(500_000))
            assert "Nothing of this one was accepted" in assert_problem(refused, 503)["detail"]
            assert refused[1]["retry-after"] == "1"
            assert send(server, large(60_000))[0] == 200
        until(lambda: send(server, large(500_000))[0] == 200, "the memory of a closed connection is free")
        for _ in range(5):
            assert send(server, large(900_000))[0] == 200


def test_a_kept_connection_keeps_nothing_of_its_last_request() -> None:
    with serving(tiny_app()) as server, ExitStack() as clients:
        send(server, get())
        tracemalloc.start()
        try:
            for _ in range(4):
                client = clients.enter_context(connect(server))
                client.sendall(large(5_000_000))
                assert _read_response(client).startswith(b"HTTP/1.1 200 ")
            until(lambda: tracemalloc.get_traced_memory()[0] < 2_000_000, "the memory is given back")
        finally:
            tracemalloc.stop()


def _read_response(client: socket.socket) -> bytes:
    received = b""
    while len(received) < 5_000_000:
        received += client.recv(1_000_000)
    return received


def silent(server: Server, clients: ExitStack, count: int, sent: bytes = b"") -> None:
    for _ in range(count):
        clients.enter_context(connect(server)).sendall(sent)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX: "], ids=["nothing", "half of a head"])
def test_clients_that_send_nothing_do_not_use_up_the_connections(sent: bytes) -> None:
    with serving(tiny_app(), connections=3) as server, ExitStack() as clients:
        silent(server, clients, 20, sent)
        assert send(server, get())[2] == b"hello"
        assert send(server, get())[2] == b"hello"


def test_a_connection_makes_room_as_soon_as_it_waits_for_its_client() -> None:
    connections = OpenConnections(limit=1)
    old, new = socket.socketpair()
    with old, new, ThreadPoolExecutor() as threads:
        assert connections.add(old)
        added = threads.submit(connections.add, new)
        with connections.waiting(old):
            old.settimeout(30)
            assert old.recv(1) == b""
        connections.remove(old)
        assert added.result()


def test_a_request_in_progress_is_not_closed_for_a_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_connections, "CLOSE_SECONDS", 0.1)
    with held_requests(tiny_app(), 2, connections=2) as (server, _):
        assert_problem(send(server, get()), 503)


@pytest.mark.parametrize(("files", "connections"), [(64, 13), (256, 77), (1024, 333), (resource.RLIM_INFINITY, 2000)])
def test_the_connections_fit_the_limit_of_open_files(
    monkeypatch: pytest.MonkeyPatch, files: int, connections: int
) -> None:
    changed: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (min(files, 50), files))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: changed.append(limits))
    assert open_connections.max_connections() == connections
    assert changed == [(files, files)]


@pytest.mark.slow
def test_a_server_with_few_files_serves_beside_more_silent_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TABLE_NAME"):
        monkeypatch.setenv(name, "test")
    port = free_port()
    command = f"ulimit -n 64; exec {sys.executable} -m infra.local.server --port {port}"
    with (
        subprocess.Popen(["bash", "-c", command], cwd=ROOT, stdout=subprocess.DEVNULL) as process,
        ExitStack() as clients,
    ):
        clients.callback(process.terminate)
        until(lambda: _is_served(port), "the server responds")
        for _ in range(200):
            clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
        assert _is_served(port)


def _is_served(port: int) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"http://127.0.0.1:{port}/", timeout=30).ok
    return False
