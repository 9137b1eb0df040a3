"""The local server responds to every client within its limits, and no client delays another one."""

import re
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests
from chalice.app import Response
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from infra.local import connection
from infra.local.body_memory import BodyMemory
from infra.local.http_requests import RequestParser
from infra.local.server import Server
from tests.infra.raw_http import CRLF, assert_problem, connect, exchange, get, post, send, serving, tiny_app
from tests.support import examples


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch, serving(tiny_app()) as server:
        patch.setattr(connection, "LINGER_SECONDS", 30.0)  # a busy machine takes longer to send what is refused
        yield server


TOO_LONG = b"Content-Length: 6000001\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
REFUSED = {
    "unknown path": (get("/nowhere"), 404),
    "path that looks like a host": (get("//localhost/"), 404),
    "very long path": (get("/" + "a" * 70_000), 431),
    "very long header": (get("/", b"X: " + b"a" * 70_000 + CRLF), 431),
    "too many headers": (get("/", b"X: a\r\n" * 200), 431),
    "foreign Host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
    "body not UTF-8": (post(b"Content-Length: 2\r\n", b"\xff\xfe"), 400),
    "body too long": (post(TOO_LONG), 413),
    "chunk too long": (post(CHUNKED, b"5b8d81\r\n" + b"0" * 6_000_001), 413),
    "asks before it sends too much": (post(b"Expect: 100-continue\r\n" + TOO_LONG), 413),
}
MALFORMED = {
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "the same Host twice": get("/", b"Host: localhost\r\n"),
    "space before the colon": post(b"Content-Length : 40\r\n"),
    "header without a colon": get("/", b"foo bar\r\n"),
    "header without a name": get("/", b": value\r\n"),
    "folded header": get("/", b"X: a\r\n b\r\n"),
    "NUL in a header": get("/", b"X: a\x00b\r\n"),
    "lines that end with LF alone": b"GET / HTTP/1.1\nHost: localhost\n\n",
    "target that is no URL": b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "target that is not ASCII": get("/items/\xe9"),
    "no version": b"GET / HTTP/x\r\nHost: localhost\r\n\r\n",
    "future version": b"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n",
    "unknown method": b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "TLS on a plain port": b"\x16\x03\x01\x02\x00 TLS hello\r\n\r\n",
    "negative length": post(b"Content-Length: -1\r\n"),
    "length in other digits": post("Content-Length: ٣\r\n".encode()),
    "two lengths": post(b"Content-Length: 1\r\nContent-Length: 2\r\n"),
    "very large length": post(b"Content-Length: " + b"9" * 5000 + CRLF),
    "length and chunks": post(b"Content-Length: 4\r\n" + CHUNKED, b"0\r\n\r\n"),
    "chunk without a size": post(CHUNKED, b"nonsense\r\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_served_is_refused_as_a_problem(server: Server, name: str) -> None:
    request, status = REFUSED[name]
    assert_problem(send(server, request), status)


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_is_400_and_nothing_of_it_is_read_as_a_second_request(server: Server, name: str) -> None:
    received = exchange(server, MALFORMED[name] + get("/items/smuggled"))
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in received
    assert re.findall(rb"HTTP/1\.1 \d{3} ", received) == [b"HTTP/1.1 400 "]


def test_a_request_before_a_malformed_one_gets_its_response(server: Server) -> None:
    received = exchange(server, get("/items/first") + get("/", b"foo bar\r\n"))
    first, _, second = received.partition(b"first")
    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 400 ")


def test_a_request_whose_body_is_cut_off_gets_no_response(server: Server) -> None:
    assert exchange(server, post(b"Content-Length: 9\r\n", b"short")) == b""


def test_a_body_in_chunks_is_read(server: Server) -> None:
    assert send(server, post(CHUNKED, b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"))[2] == b"abc"


def test_a_client_that_expects_100_continue_gets_it(server: Server) -> None:
    with connect(server) as client:
        client.sendall(post(b"Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n"))
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")


def test_an_absolute_target_does_not_reach_the_application(server: Server) -> None:
    assert send(server, get("http://evil.example:80/items/name"))[2] == b"name"


@pytest.mark.parametrize("framing", [(b"Content-Length: 3\r\n", b"abc"), (CHUNKED, b"3\r\nabc\r\n0\r\n\r\n")])
def test_an_upgrade_to_another_protocol_is_ignored_and_the_body_is_read(
    server: Server, framing: tuple[bytes, bytes]
) -> None:
    headers, body = framing
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    status, _, received = send(server, post(upgrade + headers, body) + get("/items/next"))
    assert (status, received[:3], received[-4:]) == (200, b"abc", b"next")


def test_a_tunnel_to_another_host_is_refused(server: Server) -> None:
    assert_problem(send(server, b"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400)


def test_a_trailer_is_not_a_header() -> None:
    app = tiny_app()

    @app.route("/headers", methods=["POST"], content_types=["*/*"])
    def headers() -> Response:
        return Response(sorted(cast(Any, app.current_request).headers), {"Content-Type": "application/json"})

    body = b"1\r\na\r\n0\r\nIdempotency-Key: a\r\n\r\n"
    with serving(app) as server:
        assert b"idempotency" not in send(server, post(CHUNKED, body).replace(b"/echo", b"/headers"))[2]


def test_trailers_without_end_are_refused(server: Server) -> None:
    assert_problem(send(server, post(CHUNKED, b"0\r\nX: " + b"a" * 3_000_000)), 431)


@pytest.mark.parametrize("segment", [1_000, 30_000, 50_000])
def test_a_head_within_the_limit_is_accepted_in_any_segments(segment: int) -> None:
    parser, head = RequestParser(lambda _: None, BodyMemory()), get("/", b"X: " + b"a" * 65_000 + CRLF)
    for start in range(0, len(head), segment):
        parser.feed(head[start : start + segment])
    assert len(parser.requests) == 1


def test_http_1_0_is_kept_open_only_where_the_response_says_so(server: Server) -> None:
    old = get("/").replace(b"HTTP/1.1", b"HTTP/1.0")
    with connect(server) as client:
        for _ in range(2):
            client.sendall(old.replace(CRLF + CRLF, b"\r\nConnection: Keep-Alive\r\n\r\n"))
            assert b"\r\nconnection: keep-alive\r\n" in client.recv(65536)
        client.sendall(old)
        assert b"\r\nconnection: close\r\n" in client.recv(65536)


def test_a_page_of_another_origin_is_refused_before_its_body_is_read(server: Server) -> None:
    head = post(b"Origin: http://evil.example\r\nContent-Length: 5900000\r\n")
    with connect(server) as client:
        client.sendall(head)
        assert client.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_the_server_listens_on_ipv6_as_well() -> None:
    with serving(tiny_app(), host="::1") as server:
        assert requests.get(f"http://[::1]:{server.server_address[1]}/", timeout=30).text == "hello"


def test_a_refusal_reaches_a_client_that_sends_all_of_its_body_first(server: Server) -> None:
    assert (
        requests.post(
            f"http://127.0.0.1:{server.server_address[1]}/echo", data=b"0" * 20_000_000, timeout=30
        ).status_code
        == 413
    )


def test_a_method_that_a_route_does_not_have_is_405_with_those_that_it_has(server: Server) -> None:
    status, headers, _ = send(server, b"OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (status, headers["allow"]) == (405, "GET")


def test_head_is_get_without_the_body(server: Server) -> None:
    got, head = send(server, get()), send(server, get().replace(b"GET", b"HEAD"))
    assert (head[0], head[2]) == (200, b"")
    assert head[1]["content-length"] == got[1]["content-length"] == "5"


@pytest.mark.parametrize("name", ["a%2Fb", "..", "%c3%28"], ids=ascii)
def test_a_strange_name_reaches_the_application_as_it_was_sent(server: Server, name: str) -> None:
    status, _, body = send(server, get(f"/items/{name}"))
    assert (status, body.decode()) == (200, name)


def test_requests_sent_together_get_their_responses_in_order_on_one_connection(server: Server) -> None:
    both = post(b"Content-Length: 1\r\n", b"1") + post(b"Content-Length: 1\r\nConnection: close\r\n", b"2")
    _, _, rest = send(server, both)
    assert rest.startswith(b"1HTTP/1.1 200 OK")
    assert rest.endswith(b"2")


def test_a_body_that_takes_too_long_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 0.2)
    with connect(server) as client:
        client.sendall(post(b"Content-Length: 10\r\n", b"12345"))
        assert client.recv(65536).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX-Slow: "], ids=["nothing", "half of its headers"])
def test_a_client_that_never_finishes_its_headers_is_disconnected(
    server: Server, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 0.2)
    with connect(server) as client:
        client.sendall(sent)
        assert client.recv(65536) == b""


def test_a_client_that_does_not_read_its_response_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "RESPONSE_SECONDS", 0.2)
    app, ended, serve = tiny_app(), threading.Event(), connection.Connection.serve

    def watched(self: connection.Connection) -> None:
        serve(self)
        ended.set()

    monkeypatch.setattr(connection.Connection, "serve", watched)

    @app.route("/large", methods=["GET"])
    def large() -> Response:
        return Response("0" * 50_000_000, {"Content-Type": "text/plain"})

    with serving(app) as server, connect(server) as client:
        client.sendall(get("/large"))
        assert ended.wait(30)


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=200))
@example(noise=b"\r\n\r\n\r\n")
@example(noise=b"GET / HTTP/1.1\r\n: \r\n\r\n")
def test_random_bytes_of_one_client_do_not_affect_the_next_one(server: Server, noise: bytes) -> None:
    with connect(server) as client:
        client.sendall(noise)
    assert send(server, get())[2] == b"hello"
