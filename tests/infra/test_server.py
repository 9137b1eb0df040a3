"""The local server responds to every client within its limits, and no client delays another one."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
import requests
from chalice.app import Response
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from infra.local import connection
from tests.infra.raw_http import CRLF, assert_problem, connect, exchange, get, post, send, serving, tiny_app
from tests.support.examples import examples


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(tiny_app()) as port:
        yield port


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        pytest.param(get("/nowhere"), 404, id="unknown path"),
        pytest.param(get("/a/b/c/d"), 404, id="deep path"),
        pytest.param(get("//localhost/"), 404, id="path that looks like a host"),
        pytest.param(get("/" + "a" * 70_000), 431, id="very long path"),
        pytest.param(get("/", b"X: " + b"a" * 70_000 + CRLF), 431, id="very long header"),
        pytest.param(get("/", b"X: a\r\n" * 200), 431, id="too many headers"),
        pytest.param(get("/", b"Host: evil.example\r\n"), 400, id="a second Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403, id="foreign Host"),
        pytest.param(get("/", b"Origin: http://evil.example\r\n"), 403, id="foreign Origin"),
        pytest.param(post(b"Content-Length: 2\r\n", b"\xff\xfe"), 400, id="body not UTF-8"),
        pytest.param(post(b"Content-Length: 6000001\r\n"), 413, id="body too long"),
        pytest.param(
            post(b"Transfer-Encoding: chunked\r\n", b"5b8d81\r\n" + b"0" * 6_000_001), 413, id="chunk too long"
        ),
        pytest.param(
            post(b"Expect: 100-continue\r\nContent-Length: 6000001\r\n"), 413, id="asks before it sends too much"
        ),
    ],
)
def test_what_cannot_be_served_is_refused_as_a_problem(port: int, request_bytes: bytes, status: int) -> None:
    assert_problem(send(port, request_bytes), status)


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no Host"),
        pytest.param(get("/", b"Host: localhost\r\n"), id="the same Host twice"),
        pytest.param(post(b"Content-Length : 40\r\n"), id="space before the colon"),
        pytest.param(get("/", b"foo bar\r\n"), id="header without a colon"),
        pytest.param(get("/", b": value\r\n"), id="header without a name"),
        pytest.param(get("/", b"X: a\r\n b\r\n"), id="folded header"),
        pytest.param(get("/", b"X: a\x00b\r\n"), id="NUL in a header"),
        pytest.param(b"GET / HTTP/1.1\nHost: localhost\n\n", id="lines that end with LF alone"),
        pytest.param(b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n", id="target that is no URL"),
        pytest.param(get("/items/\xe9"), id="target that is not ASCII"),
        pytest.param(b"GET / HTTP/x\r\nHost: localhost\r\n\r\n", id="no version"),
        pytest.param(b"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", id="future version"),
        pytest.param(b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", id="unknown method"),
        pytest.param(b"\x16\x03\x01\x02\x00 TLS hello\r\n\r\n", id="TLS on a plain port"),
        pytest.param(post(b"Content-Length: five\r\n"), id="length in words"),
        pytest.param(post(b"Content-Length: -1\r\n"), id="negative length"),
        pytest.param(post("Content-Length: ٣\r\n".encode()), id="length in other digits"),
        pytest.param(post(b"Content-Length: 1\r\nContent-Length: 2\r\n"), id="two lengths"),
        pytest.param(post(b"Content-Length: " + b"9" * 5000 + CRLF), id="very large length"),
        pytest.param(
            post(b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), id="length and chunks"
        ),
        pytest.param(post(b"Transfer-Encoding: chunked\r\n", b"nonsense\r\n"), id="chunk without a size"),
    ],
)
def test_what_is_malformed_is_400_and_nothing_of_it_is_read_as_a_second_request(
    port: int, request_bytes: bytes
) -> None:
    received = exchange(port, request_bytes + get("/items/smuggled"))
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in received
    assert re.findall(rb"HTTP/1\.1 \d{3} ", received) == [b"HTTP/1.1 400 "]


def test_a_request_before_a_malformed_one_gets_its_response(port: int) -> None:
    received = exchange(port, get("/items/first") + get("/", b"foo bar\r\n"))
    first, _, second = received.partition(b"first")
    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 400 ")


def test_a_request_whose_body_is_cut_off_gets_no_response(port: int) -> None:
    assert exchange(port, post(b"Content-Length: 9\r\n", b"short")) == b""


def test_a_body_in_chunks_is_read(port: int) -> None:
    assert send(port, post(b"Transfer-Encoding: chunked\r\n", b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"))[2] == b"abc"


def test_a_client_that_expects_100_continue_gets_it(port: int) -> None:
    with connect(port) as client:
        client.sendall(post(b"Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n"))
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("target", ["http://evil.example/where", "http://evil.example:80/where"])
def test_an_absolute_target_does_not_reach_the_application(port: int, target: str) -> None:
    assert send(port, get(target))[2] == b"/where"


def test_a_client_that_wants_another_protocol_gets_http(port: int) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    status, headers, body = send(port, get("/", upgrade))
    assert (status, headers["connection"], body) == (200, "close", b"hello")


def test_a_refusal_reaches_a_client_that_sends_all_of_its_body_first(port: int) -> None:
    assert requests.post(f"http://127.0.0.1:{port}/echo", data=b"0" * 20_000_000, timeout=30).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE"])
def test_a_method_that_a_route_does_not_have_is_405_with_those_that_it_has(port: int, method: str) -> None:
    status, headers, _ = send(port, f"{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert (status, headers["allow"]) == (405, "GET")


def test_head_is_get_without_the_body(port: int) -> None:
    got, head = send(port, get()), send(port, get().replace(b"GET", b"HEAD"))
    assert (head[0], head[2]) == (200, b"")
    assert head[1]["content-length"] == got[1]["content-length"] == "5"


@pytest.mark.parametrize("name", ["a%2Fb", "%00", "..", "%c3%28"], ids=ascii)
def test_a_strange_name_reaches_the_application_as_it_was_sent(port: int, name: str) -> None:
    status, _, body = send(port, get(f"/items/{name}"))
    assert (status, body.decode()) == (200, name)


def test_requests_sent_together_get_their_responses_in_order(port: int) -> None:
    both = post(b"Content-Length: 1\r\n", b"1") + post(b"Content-Length: 1\r\nConnection: close\r\n", b"2")
    _, _, rest = send(port, both)
    assert rest.startswith(b"1HTTP/1.1 200 OK")
    assert rest.endswith(b"2")


def test_a_connection_is_kept_for_the_next_request(port: int) -> None:
    with requests.Session() as session:
        ports = set()
        for _ in range(3):
            response = session.get(f"http://127.0.0.1:{port}/", stream=True, timeout=30)
            ports.add(response.raw.connection.sock.getsockname() if response.raw.connection else None)
            assert response.text == "hello"
    assert len(ports) == 1


def test_clients_that_send_nothing_do_not_delay_others(port: int) -> None:
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
def test_a_client_that_never_finishes_its_headers_is_disconnected(
    port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 0.2)
    with connect(port) as client:
        client.sendall(sent)
        assert client.recv(65536) == b""


def test_a_client_that_does_not_read_its_response_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "RESPONSE_SECONDS", 0.2)
    app = tiny_app()
    ended = threading.Event()
    serve = connection.Connection.serve

    def watched(self: connection.Connection) -> None:
        serve(self)
        ended.set()

    monkeypatch.setattr(connection.Connection, "serve", watched)

    @app.route("/large", methods=["GET"])
    def large() -> Response:
        return Response("0" * 50_000_000, {"Content-Type": "text/plain"})

    with serving(app) as port, connect(port) as client:
        client.sendall(get("/large"))
        assert ended.wait(30)


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=200))
@example(noise=b"\r\n\r\n\r\n")
@example(noise=b"GET / HTTP/1.1\r\n: \r\n\r\n")
def test_random_bytes_of_one_client_do_not_affect_the_next_one(port: int, noise: bytes) -> None:
    with connect(port) as client:
        client.sendall(noise)
    assert send(port, get())[2] == b"hello"
