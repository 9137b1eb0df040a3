"""The way to emulators gives the same responses and the same errors as botocore's own."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from chalicelib import loopback

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 17\r\n\r\n{"MessageId":"m"}'
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-amz-json-1.0\r\n\r\n"
    b'9\r\n{"Message\r\n8;x=y\r\nId":"m"}\r\n0\r\nTrailer: t\r\n\r\n'
)
#: What a scripted server does with a request, given its connection.
Script = list[Callable[[socket.socket], None]]


class Server(socketserver.ThreadingTCPServer):
    """A server on loopback that does the next step of its script with each request."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.requests, self.connections = script, list[tuple[bytes, bytes]](), 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections += 1
        with contextlib.suppress(OSError):
            while head := self.rfile.readline():
                while (line := self.rfile.readline()).strip():
                    head += line
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                self.server.requests.append((head, self.rfile.read(length)))
                self.server.script.pop(0)(self.connection)


def send(content: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(content)


def close(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def send_and_close(content: bytes) -> Callable[[socket.socket], None]:
    def step(connection: socket.socket) -> None:
        connection.sendall(content)
        close(connection)

    return step


def ignore(_: socket.socket) -> None: ...


Serve = Callable[[Script], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a scripted server."""
    with contextlib.ExitStack() as servers:

        def start(script: Script) -> Server:
            server = Server(script)
            servers.callback(server.close)
            return server

        yield start


def client(url: str, attempts: int = 1, token: str | None = None, read_timeout: float = 30) -> SQSClient:
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    config = Config(connect_timeout=30, read_timeout=read_timeout, retries=retries)
    return session(token).client("sqs", endpoint_url=url, config=config)


def lean_client(url: str, attempts: int = 1, read_timeout: float = 30) -> SQSClient:
    """Return a client that calls in the way under test."""
    sqs = client(url, attempts, read_timeout=read_timeout)
    loopback.use_for(sqs, Credentials("key", "secret"))
    return sqs


@cache
def session(token: str | None) -> boto3.Session:
    """Return a session, which reads the description of SQS once: that takes longer than a test."""
    return boto3.Session("key", "secret", token, region_name="us-east-1")


def call(sqs: SQSClient) -> str:
    """Send a message and return the id that the server gave it."""
    return sqs.send_message(QueueUrl=f"{sqs.meta.endpoint_url}/queue", MessageBody='{"n":"ä"}')["MessageId"]


def error_of(sqs: SQSClient) -> type[BaseException]:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its type is what is compared
        call(sqs)
    return caught.type


@pytest.mark.parametrize("response", [OK, CHUNKED], ids=["length", "chunked"])
def test_a_response_is_the_one_that_botocore_reads(serve: Serve, response: bytes) -> None:
    server = serve([send(response)] * 3)
    plain, lean = client(server.url), lean_client(server.url)
    assert call(plain) == call(lean) == call(lean) == "m"
    assert len({body for _, body in server.requests}) == 1
    assert server.connections == 2, "the connection is kept"


def test_a_thread_uses_the_connection_that_another_one_has_left(serve: Serve) -> None:
    server = serve([send(OK)] * 2)
    lean = lean_client(server.url)
    for _ in range(2):
        thread = threading.Thread(target=call, args=(lean,))
        thread.start()
        thread.join()
    assert len(server.requests) == 2
    assert server.connections == 1


HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"
REFUSED = b'HTTP/1.1 400 Bad Request\r\nContent-Length: 22\r\n\r\n{"__type":"Throttling"}'


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(close, ConnectionClosedError, id="closed"),
        pytest.param(send(HALF), ReadTimeoutError, id="half a body"),
        pytest.param(ignore, ReadTimeoutError, id="no response"),
        pytest.param(send(b"SSH-2.0-OpenSSH\r\n"), ConnectionClosedError, id="not HTTP"),
        pytest.param(send(REFUSED), ClientError, id="refused"),
    ],
)
def test_a_fault_is_the_error_that_botocore_raises(
    serve: Serve, step: Callable[[socket.socket], None], expected: type[Exception]
) -> None:
    server = serve([step] * 3)
    read_timeout = 0.1 if expected is ReadTimeoutError else 30
    assert error_of(client(server.url, read_timeout=read_timeout)) == expected
    assert error_of(lean_client(server.url, read_timeout=read_timeout)) == expected


def test_a_kept_connection_that_the_server_closed_is_opened_again(serve: Serve) -> None:
    closed = threading.Event()

    def respond_and_close(connection: socket.socket) -> None:
        send_and_close(OK)(connection)
        closed.set()

    lean = lean_client(serve([respond_and_close, send(OK)]).url)
    assert call(lean) == "m"
    assert closed.wait(timeout=60)
    assert call(lean) == "m"


def test_a_response_that_comes_in_parts_is_read_as_a_whole(serve: Serve) -> None:
    def send_slowly(connection: socket.socket) -> None:
        for place in range(len(OK)):
            connection.sendall(OK[place : place + 1])

    server = serve([send_slowly])
    assert call(lean_client(server.url)) == "m"
    assert len(server.requests) == 1


def test_a_failed_attempt_is_retried_as_often_as_the_client_says(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    server = serve([close, send(b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}"), close, send(OK)])
    assert call(lean_client(server.url, attempts=3)) == "m"


def test_a_request_goes_to_the_endpoint_whatever_the_address_of_the_queue(serve: Serve) -> None:
    endpoint, other = serve([send(OK)]), serve([send(OK)])
    lean_client(endpoint.url).send_message(QueueUrl=f"{other.url}/queue", MessageBody="{}")
    assert endpoint.connections == 1
    assert other.connections == 0


@pytest.mark.parametrize(("token", "is_signed"), [(None, False), ("token", True)], ids=["root", "temporary"])
def test_only_temporary_credentials_are_signed(serve: Serve, token: str | None, is_signed: bool) -> None:
    server = serve([send(OK)])
    sqs = client(server.url, token=token)
    loopback.use_for(sqs, Credentials("key", "secret", token))
    call(sqs)
    head, _ = server.requests[0]
    assert b"Credential=key/" in head
    assert b"/us-east-1/sqs/aws4_request" in head
    assert (b"Signature=none" not in head) == is_signed


@pytest.mark.parametrize("url", ["https://127.0.0.1:9", "http://sqs.us-east-1.amazonaws.com", "http://10.0.0.1:4566"])
def test_other_endpoints_keep_botocores_transport(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unused(*_: Any) -> None:
        raise AssertionError("the calls were taken from botocore")

    monkeypatch.setattr(loopback, "_Calls", unused)
    loopback.use_for(client(url), Credentials("key", "secret"))
