"""The transport for emulators gives the same responses and the same errors as botocore's own."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

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


class Server:
    """A server on loopback that does the next step of its script with each request."""

    def __init__(self, script: Script) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._script = script
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._respond, args=(connection,), daemon=True).start()

    def _respond(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while request := _read_request(connection):
                self.requests.append(request)
                self._script.pop(0)(connection)


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65_536)
        if not received:
            return b""
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def send(content: bytes) -> Callable[[socket.socket], None]:
    """Return a step that sends bytes."""
    return lambda connection: connection.sendall(content)


def close(connection: socket.socket) -> None:
    """Close the connection without a response."""
    connection.shutdown(socket.SHUT_RDWR)


def send_and_close(content: bytes) -> Callable[[socket.socket], None]:
    """Return a step that sends bytes and closes the connection."""

    def step(connection: socket.socket) -> None:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_RDWR)

    return step


def ignore(_: socket.socket) -> None:
    """Send nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[Script], Server]]:
    """Return a function that starts a scripted server."""
    servers: list[Server] = []

    def start(script: Script) -> Server:
        servers.append(Server(script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def client(url: str, attempts: int = 1, token: str | None = None, read_timeout: float = 30) -> SQSClient:
    """Return a client of the queue service at an address."""
    config = Config(
        connect_timeout=30,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return session(token).client("sqs", endpoint_url=url, config=config)


def lean_client(url: str, attempts: int = 1, read_timeout: float = 30) -> SQSClient:
    """Return a client with the transport under test."""
    sqs = client(url, attempts, read_timeout=read_timeout)
    loopback.use_for(sqs, None)
    return sqs


@cache
def session(token: str | None) -> boto3.Session:
    """Return a session, which reads the description of SQS once: that takes longer than a test."""
    return boto3.Session("key", "secret", token, region_name="us-east-1")


def call(sqs: SQSClient) -> str:
    """Send a message and return the id that the server gave it."""
    return sqs.send_message(QueueUrl=f"{sqs.meta.endpoint_url}/queue", MessageBody='{"n":"ä"}')["MessageId"]


def error_of(sqs: SQSClient) -> type[BaseException]:
    """Return the type of the error of a call."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its type is what is compared
        call(sqs)
    return caught.type


@pytest.mark.parametrize("response", [OK, CHUNKED], ids=["length", "chunked"])
def test_a_response_is_the_one_that_botocore_reads(serve: Callable[[Script], Server], response: bytes) -> None:
    server = serve([send(response)] * 3)
    plain, lean = client(server.url), lean_client(server.url)
    assert call(plain) == call(lean) == call(lean) == "m"
    bodies = [request.partition(b"\r\n\r\n")[2] for request in server.requests]
    assert bodies[0] == bodies[1] == bodies[2]
    assert server.connections == 2, "the connection is kept"


HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(close, ConnectionClosedError, id="closed"),
        pytest.param(send(HALF), ReadTimeoutError, id="half a body"),
        pytest.param(ignore, ReadTimeoutError, id="no response"),
        pytest.param(send(b"SSH-2.0-OpenSSH\r\n"), ConnectionClosedError, id="not HTTP"),
    ],
)
def test_a_fault_is_the_error_that_botocore_raises(
    serve: Callable[[Script], Server], step: Callable[[socket.socket], None], expected: type[Exception]
) -> None:
    server = serve([step, step])
    read_timeout = 0.3 if expected is ReadTimeoutError else 30
    assert error_of(client(server.url, read_timeout=read_timeout)) == expected
    assert error_of(lean_client(server.url, read_timeout=read_timeout)) == expected


def test_a_response_that_is_cut_off_is_an_error(serve: Callable[[Script], Server]) -> None:
    """The transport of botocore takes what came for the whole response."""
    assert error_of(lean_client(serve([send_and_close(HALF)]).url)) is ConnectionClosedError


def test_an_address_where_nothing_listens_is_an_endpoint_error(serve: Callable[[Script], Server]) -> None:
    server = serve([])
    server.close()
    assert error_of(lean_client(server.url)) is EndpointConnectionError


def test_a_connection_that_is_not_accepted_in_time_is_a_connect_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    def time_out(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", time_out)
    assert error_of(lean_client("http://127.0.0.1:9")) is ConnectTimeoutError


def test_a_kept_connection_that_the_server_closed_is_opened_again(serve: Callable[[Script], Server]) -> None:
    closed = threading.Event()

    def respond_and_close(connection: socket.socket) -> None:
        send_and_close(OK)(connection)
        closed.set()

    lean = lean_client(serve([respond_and_close, send(OK)]).url)
    assert call(lean) == "m"
    assert closed.wait(timeout=10)
    assert call(lean) == "m"


def test_a_failed_attempt_is_retried_as_often_as_the_client_says(
    serve: Callable[[Script], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    server = serve([close, send(b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}"), send(OK)])
    assert call(lean_client(server.url, attempts=3)) == "m"


def test_a_request_goes_to_the_endpoint_whatever_the_address_of_the_queue(
    serve: Callable[[Script], Server],
) -> None:
    endpoint, other = serve([send(OK)]), serve([send(OK)])
    lean_client(endpoint.url).send_message(QueueUrl=f"{other.url}/queue", MessageBody="{}")
    assert endpoint.connections == 1
    assert other.connections == 0


@pytest.mark.parametrize(("token", "is_signed"), [(None, False), ("token", True)], ids=["root", "temporary"])
def test_only_temporary_credentials_are_signed(
    serve: Callable[[Script], Server], token: str | None, is_signed: bool
) -> None:
    server = serve([send(OK)])
    sqs = client(server.url, token=token)
    loopback.use_for(sqs, Credentials("key", "secret", token))
    call(sqs)
    head = server.requests[0].partition(b"\r\n\r\n")[0]
    assert b"Credential=key/" in head
    assert b"/us-east-1/sqs/aws4_request" in head
    assert (b"Signature=none" not in head) == is_signed


@pytest.mark.parametrize("url", ["https://127.0.0.1:9", "http://sqs.us-east-1.amazonaws.com", "http://10.0.0.1:4566"])
def test_other_endpoints_keep_botocores_transport(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unused(*_: Any) -> None:
        raise AssertionError("the transport was registered")

    monkeypatch.setattr(loopback, "_Transport", unused)
    loopback.use_for(client(url), None)
