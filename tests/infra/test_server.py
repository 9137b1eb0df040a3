"""The local server: whatever a client sends, it gets an answer, and nobody else waits for it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests
from chalice.app import Chalice, Response
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from infra import connection
from infra.server import make_server

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


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with make_server(tiny_app(), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def send(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send raw bytes and return the first answer's status, headers and whatever follows until the end."""
    with connect(port) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := client.recv(65536):
            received += chunk
    head, _, body = received.partition(CRLF + CRLF)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, body


def assert_problem(answer: tuple[int, dict[str, str], bytes], status: int) -> dict[str, Any]:
    assert answer[0] == status
    assert answer[1]["content-type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer[2])
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    return problem


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /echo HTTP/1.1\r\nHost: localhost\r\n" + headers + CRLF + body


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        pytest.param(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, id="unknown path"),
        pytest.param(b"GET /a/b/c/d HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, id="deep path"),
        pytest.param(b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, id="not a URL"),
        pytest.param(b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, id="very long path"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431, id="very long header"
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 200 + b"\r\n", 431, id="too many headers"
        ),
        pytest.param(b"GET / HTTP/x\r\n\r\n", 400, id="no version"),
        pytest.param(b"\x16\x03\x01\x02\x00 TLS hello\r\n\r\n", 400, id="TLS on a plain port"),
        pytest.param(b"GET / HTTP/3.0\r\n\r\n", 505, id="version to come"),
        pytest.param(post(b"Content-Length: five\r\n"), 400, id="length in words"),
        pytest.param(post(b"Content-Length: -1\r\n"), 400, id="negative length"),
        pytest.param(post("Content-Length: ٣\r\n".encode()), 400, id="length in other digits"),
        pytest.param(post(b"Content-Length: 1\r\nContent-Length: 2\r\n"), 400, id="two lengths"),
        pytest.param(post(b"Content-Length: 9\r\n", b"short"), 400, id="body cut off"),
        pytest.param(post(b"Content-Length: 2\r\n", b"\xff\xfe"), 400, id="body not UTF-8"),
        pytest.param(post(b"Content-Length: 6000001\r\n"), 413, id="body too long"),
        pytest.param(post(b"Content-Length: " + b"9" * 5000 + b"\r\n"), 413, id="absurd length"),
        pytest.param(post(b"Transfer-Encoding: chunked\r\n", b"1\r\na\r\n0\r\n\r\n"), 411, id="chunks"),
        pytest.param(
            post(b"Expect: 100-continue\r\nContent-Length: 6000001\r\n"), 413, id="asks before it sends too much"
        ),
    ],
)
def test_what_cannot_be_served_is_refused_as_a_problem(port: int, request_bytes: bytes, status: int) -> None:
    assert_problem(send(port, request_bytes), status)


def test_a_refusal_reaches_a_client_that_sends_all_of_its_body_first(port: int) -> None:
    assert requests.post(f"http://127.0.0.1:{port}/echo", data=b"0" * 20_000_000, timeout=30).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "BREW", "post"])
def test_a_method_that_an_address_does_not_take_is_405_and_told_which_it_takes(port: int, method: str) -> None:
    status, headers, _ = send(port, f"{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert (status, headers["allow"]) == (405, "GET")


def test_head_is_get_without_the_body(port: int) -> None:
    got, head = (
        send(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        send(port, b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    )
    assert (head[0], head[2]) == (200, b"")
    assert head[1]["content-length"] == got[1]["content-length"] == "5"


@pytest.mark.parametrize("name", ["a%2Fb", "%00", "a\x00b", "..", "%c3%28", "\xff"], ids=ascii)
def test_a_strange_name_comes_to_the_app_as_it_was_sent(port: int, name: str) -> None:
    status, _, body = send(port, f"GET /items/{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("latin-1"))
    assert (status, body.decode()) == (200, name)


def test_requests_sent_together_are_answered_in_their_order(port: int) -> None:
    both = post(b"Content-Length: 1\r\n", b"1") + post(b"Content-Length: 1\r\nConnection: close\r\n", b"2")
    _, _, rest = send(port, both)
    assert rest.startswith(b"1HTTP/1.1 200 OK")
    assert rest.endswith(b"2")


def test_a_connection_is_kept_for_the_next_request(port: int) -> None:
    with requests.Session() as session:
        ports = set()
        for _ in range(3):
            answer = session.get(f"http://127.0.0.1:{port}/", stream=True, timeout=30)
            ports.add(answer.raw.connection.sock.getsockname() if answer.raw.connection else None)
            assert answer.text == "hello"
    assert len(ports) == 1


def test_silent_clients_make_nobody_wait(port: int) -> None:
    silent = [connect(port) for _ in range(50)]
    half = [connect(port) for _ in range(50)]
    try:
        for client in half:
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Le")
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=10).text == "hello"
    finally:
        for client in silent + half:
            client.close()


def test_a_body_that_takes_too_long_is_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 0.2)
    with connect(port) as client:
        client.sendall(post(b"Content-Length: 10\r\n", b"12345"))
        assert client.recv(65536).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "], ids=["nothing", "half of its headers"]
)
def test_a_client_that_never_finishes_its_headers_is_left(
    port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 0.2)
    with connect(port) as client:
        client.sendall(sent)
        assert client.recv(65536) == b""


def test_a_fault_of_the_app_is_a_500_that_tells_nothing_of_the_inside(
    port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("the secret")

    monkeypatch.setattr(Chalice, "__call__", fail)
    answer = send(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert "secret" not in str(assert_problem(answer, 500))
    assert "the secret" in capsys.readouterr().err


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=200))
@example(noise=b"\r\n\r\n\r\n")
@example(noise=b"GET / HTTP/1.1\r\nHost: localhost\r\n: \r\n\r\n")
def test_noise_never_costs_the_next_client_its_answer(port: int, noise: bytes) -> None:
    with connect(port) as client:
        client.sendall(noise)
    assert send(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")[2] == b"hello"
