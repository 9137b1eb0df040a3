"""A tiny application on the local server, and requests to it byte by byte."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from chalice.app import Chalice, Response

from infra.local.gateway import LocalGateway
from infra.local.open_connections import OpenConnections
from infra.local.server import Server
from tests.support.polling import until

CRLF = b"\r\n"


def tiny_app() -> Chalice:
    app = Chalice(app_name="tiny")

    @app.route("/", methods=["GET"])
    def page() -> Response:
        return Response("hello", {"Content-Type": "text/plain"})

    @app.route("/echo", methods=["POST"], content_types=["*/*"])
    def echo() -> Response:
        return Response(cast(Any, app.current_request).raw_body.decode(), {"Content-Type": "text/plain"})

    @app.route("/items/{name}", methods=["GET"])
    def item(name: str) -> Response:
        return Response(name, {"Content-Type": "text/plain"})

    return app


@contextmanager
def serving(
    app: Chalice, state: Path | None = None, host: str = "127.0.0.1", connections: int = 200
) -> Iterator[Server]:
    """Serve an application on a free port."""
    with Server(LocalGateway(app, state), host, 0, OpenConnections(connections)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def held_requests(app: Chalice, count: int, connections: int = 200) -> Iterator[tuple[Server, list[str | None]]]:
    """Serve an application while `count` requests are in progress; yield it and the `Prefer` of each."""
    release = threading.Event()
    preferences: list[str | None] = []

    @app.route("/slow", methods=["GET"])
    def slow() -> Response:
        preferences.append(cast(Any, app.current_request).headers.get("prefer"))
        release.wait(30)
        return Response("done", {"Content-Type": "text/plain"})

    with serving(app, connections=connections) as server, ExitStack() as clients:
        held = [clients.enter_context(connect(server)) for _ in range(count)]
        for client in held:
            client.sendall(get("/slow", b"Prefer: wait=25\r\n"))
        until(lambda: len(preferences) == count, "all are in progress")
        try:
            yield server, preferences
        finally:
            release.set()
        for client in held:
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=30)


def exchange(server: Server, request: bytes) -> bytes:
    """Send raw bytes and return what the server sends until it closes the connection."""
    with connect(server) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := client.recv(65536):
            received += chunk
    return received


def send(server: Server, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send raw bytes and return the first response's status and headers, and all bytes after them."""
    head, _, body = exchange(server, request).partition(CRLF + CRLF)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, body


def assert_problem(response: tuple[int, dict[str, str], bytes], status: int) -> dict[str, Any]:
    assert response[0] == status
    assert response[1]["content-type"] == "application/problem+json"
    assert response[1]["x-content-type-options"] == "nosniff"
    problem: dict[str, Any] = json.loads(response[2])
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    return problem


def get(target: str = "/", headers: bytes = b"") -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: localhost\r\n%b\r\n" % (target.encode("latin-1"), headers)


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /echo HTTP/1.1\r\nHost: localhost\r\n" + headers + CRLF + body
