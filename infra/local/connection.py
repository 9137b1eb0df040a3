"""A client's connection, on a thread of its own: it gets its responses in order, within deadlines."""

import contextlib
import socket
import struct
import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol

from infra.local.body_memory import BodyMemory
from infra.local.http_requests import Request, RequestParser
from infra.local.open_connections import OpenConnections
from infra.local.problems import Refused, Response

#: Between two requests of a kept connection.
IDLE_SECONDS = 60.0
#: For the whole of a request, first byte to last, however slowly its bytes arrive.
REQUEST_SECONDS = 20.0
#: For the client to read the response.
RESPONSE_SECONDS = 20.0
#: For a refused client to read the response before the connection is reset.
LINGER_SECONDS = 2.0

CHUNK_BYTES = 65_536


@lru_cache(maxsize=1)
def _date(seconds: int) -> str:
    """Return a time as the Date header has it."""
    return formatdate(seconds, usegmt=True)


def encode(request: Request | None, response: Response, *, close: bool) -> bytes:
    """Return the bytes of a response; there is no request where it could not be read."""
    status, headers, body = response
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"date: {_date(int(time.time()))}",
        "server: is-it-prime",
        *(f"{name}: {value}" for name, value in headers),
    ]
    if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
        lines.append(f"content-length: {len(body)}")
    if close:
        lines.append("connection: close")
    elif request is not None and request.version == "1.0":
        lines.append("connection: keep-alive")  # without it the client waits for the end of the connection
    if (request is not None and request.method == "HEAD") or status == HTTPStatus.NOT_MODIFIED:
        body = b""
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Gateway(Protocol):
    """Responds to requests; `memory` is what the bodies of all connections share."""

    memory: BodyMemory

    def check(self, request: Request) -> None:
        """Raise Refused for a request whose body is not to be read."""

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""


class Connection:
    """Serves one connection."""

    def __init__(self, client: socket.socket, gateway: Gateway, connections: OpenConnections) -> None:
        self._client = client
        self._gateway = gateway
        self._connections = connections
        self._parser = RequestParser(gateway.check, gateway.memory)

    def serve(self) -> None:
        """Respond to requests until the client closes the connection or breaks a rule."""
        self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(ConnectionError, TimeoutError):
            try:
                while self._serve_next():
                    pass
            except Refused as refused:
                self._send(None, refused.response, close=True)
                self._linger()
            finally:
                self._parser.close()

    def _serve_next(self) -> bool:
        """Respond to the next request, and return whether another one may follow."""
        with self._connections.waiting(self._client):
            request = self._next_request()
        if request is None:
            return False
        self._respond(request)
        return request.keep_alive

    def _respond(self, request: Request) -> None:
        try:
            response = self._gateway.respond(request)
        finally:
            self._parser.finish(request)
        self._send(request, response, close=not request.keep_alive)

    def _next_request(self) -> Request | None:
        """Return the next whole request, None when the client sends no more in time.

        Raises:
            Refused: What the client sends is no request that can be served.
        """
        deadline = time.monotonic() + IDLE_SECONDS
        is_begun = self._parser.current is not None
        while not self._parser.requests:
            if not is_begun and self._parser.current is not None:
                is_begun = True
                deadline = time.monotonic() + REQUEST_SECONDS
            self._continue()
            try:
                data = self._receive(deadline)
            except TimeoutError:
                if self._parser.current and self._parser.current.method:
                    raise Refused(408, f"Send the whole request within {REQUEST_SECONDS:.0f} seconds.") from None
                return None
            if not data:
                return None
            self._feed(data)
        return self._parser.requests.popleft()

    def _feed(self, data: bytes) -> None:
        """Parse; requests that are whole get their responses before what follows them is refused."""
        try:
            self._parser.feed(data)
        except Refused:
            while self._parser.requests:
                request = self._parser.requests.popleft()
                self._respond(request)
                if not request.keep_alive:
                    raise ConnectionAbortedError from None
            raise

    def _continue(self) -> None:
        """Ask for the body of a request that was found fit by its head. Source: RFC 9110, section 10.1.1."""
        request = self._parser.current
        if request is not None and request.expects_continue:
            request.expects_continue = False
            self._client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _receive(self, deadline: float) -> bytes:
        # A timeout for each read would let a slow client stay for ever.
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        # The kernel's timeout, socket(7): with Python's, the call waits for the interpreter's lock after a poll, too.
        timeval = struct.pack("@ll", int(left), max(1, int(left % 1 * 1_000_000)))
        self._client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)
        try:
            return self._client.recv(CHUNK_BYTES)
        except BlockingIOError as error:
            raise TimeoutError from error

    def _send(self, request: Request | None, response: Response, *, close: bool) -> None:
        # One write: a second small one would wait for the client's delayed acknowledgement of the first.
        content = encode(request, response, close=close)
        try:
            sent = self._client.send(content, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        if sent < len(content):  # more than fits the kernel's buffer
            self._client.settimeout(RESPONSE_SECONDS)
            self._client.sendall(memoryview(content)[sent:])
            self._client.settimeout(None)

    def _linger(self) -> None:
        """Read what the client still sends: to close with bytes unread resets the connection and loses the response."""
        self._client.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + LINGER_SECONDS
        while self._receive(deadline):
            pass
