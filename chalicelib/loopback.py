"""A plain HTTP transport for AWS clients whose endpoint is an emulator on this machine.

botocore's own transport and its signatures take more than half of the CPU time of a call to such an endpoint. This
one sends the request on a kept connection. Timeouts and errors are botocore's, so its retries work in the same way. AWS
itself is reached over TLS by botocore's transport.

Source: botocore documentation, "Events", `before-send`: a handler that returns a response takes the place of the
transport.
"""

from __future__ import annotations

import contextlib
import io
import socket
import struct
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.credentials import Credentials

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

#: A state of a connection. Source: netinet/tcp.h.
TCP_ESTABLISHED = 1

Headers = dict[str, str]


def use_for(client: BaseClient, credentials: Credentials | None) -> None:
    """Give a client this transport if its endpoint is plain HTTP on this machine.

    An emulator verifies the signatures of temporary credentials only. With others a request names its access key,
    from which an emulator takes the account and the region, and is not signed.
    """
    endpoint = urlsplit(client.meta.endpoint_url)
    if endpoint.scheme != "http" or endpoint.hostname not in LOOPBACK_HOSTS:
        return
    config: Any = client.meta.config
    events: Any = client.meta.events
    authorization = None
    if credentials is not None and not credentials.token:
        scope = f"{credentials.access_key}/20000101/{client.meta.region_name}/{client.meta.service_model.signing_name}"
        authorization = f"AWS4-HMAC-SHA256 Credential={scope}/aws4_request, SignedHeaders=host, Signature=none"
        events.register("choose-signer", lambda **_: UNSIGNED)
    events.register("before-send", _Transport(config.connect_timeout, config.read_timeout, authorization).send)


class _Transport:
    """Sends requests on connections that are kept: the last used one first, so that there are no more than needed."""

    def __init__(self, connect_seconds: float, read_seconds: float, authorization: str | None) -> None:
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._authorization = authorization
        self._idle: defaultdict[tuple[str, int], list[_Connection]] = defaultdict(list)  # by host and port

    def send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:  # noqa: ANN401 - botocore's
        """Return the response to a request, as botocore's URLLib3Session.send does.

        Raises:
            HTTPClientError: one of its subclasses, by what went wrong.
        """
        url = urlsplit(request.url)
        idle = self._idle[url.hostname or "", url.port or 80]
        try:
            connection = self._connection(idle, url.hostname or "", url.port or 80)
        except TimeoutError as error:
            raise ConnectTimeoutError(endpoint_url=request.url, error=error) from error
        except OSError as error:
            raise EndpointConnectionError(endpoint_url=request.url, error=error) from error
        try:
            status, headers, body = connection.exchange(self._message(request, url.netloc, url.path or "/", url.query))
        except TimeoutError as error:
            connection.close()
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        except (OSError, ValueError, IndexError) as error:  # closed, or not HTTP
            connection.close()
            raise ConnectionClosedError(endpoint_url=request.url, error=error, request=request) from error
        idle.append(connection)
        return AWSResponse(request.url, status, cast("Any", headers), _Body(body))

    def _message(self, request: AWSPreparedRequest, host: str, path: str, query: str) -> bytes:
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else cast("bytes", body)
        target = f"{path}?{query}" if query else path
        lines = [f"{request.method} {target} HTTP/1.1", f"Host: {host}"]
        for name, value in request.headers.items():
            if name.lower() not in {"host", "content-length"}:
                lines.append(f"{name}: {value.decode() if isinstance(value, bytes) else value}")
        if self._authorization:
            lines.append(f"Authorization: {self._authorization}")
        lines.append(f"Content-Length: {len(content)}\r\n\r\n")
        return "\r\n".join(lines).encode("latin-1") + content

    def _connection(self, idle: list[_Connection], host: str, port: int) -> _Connection:
        """Return a connection that is open: an idle one, or a new one."""
        with contextlib.suppress(IndexError):
            while (connection := idle.pop()).is_closed():
                pass
            return connection
        return _Connection(host, port, self._connect_seconds, self._read_seconds)


class _Connection:
    """A kept connection, which is closed when nothing refers to it any more."""

    def __init__(self, host: str, port: int, connect_seconds: float, read_seconds: float) -> None:
        self._socket = socket.create_connection((host, port), connect_seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The kernel's timeout: with Python's, each call waits for the interpreter's lock after a poll, too.
        self._socket.settimeout(None)
        timeval = struct.pack("@ll", int(read_seconds), int(read_seconds % 1 * 1_000_000))  # socket(7)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, timeval)
        self._reader = io.BufferedReader(_Input(self._socket))

    def __del__(self) -> None:
        self.close()

    def is_closed(self) -> bool:
        """Return whether an end has closed the connection. Source: tcp(7); the state is the first byte of tcp_info."""
        if self._socket.fileno() < 0:
            return True
        return self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != TCP_ESTABLISHED

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(AttributeError, OSError):  # it may not have been opened
            self._reader.close()
            self._socket.close()

    def exchange(self, message: bytes) -> tuple[int, Headers, bytes]:
        """Send a request and return the status, the headers and the body of its response (RFC 9112).

        Raises:
            TimeoutError: the server does not respond in time.
            OSError: the server closes the connection.
            ValueError, IndexError: the response is not HTTP/1.1.
        """
        try:
            self._socket.sendall(message)
        except BlockingIOError as error:
            raise TimeoutError from error
        status = int(self._line().split(b" ", 2)[1])
        headers: Headers = {}
        while line := self._line():
            name, value = line.split(b":", 1)
            headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            body = self._exactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, body

    def _line(self) -> bytes:
        line = self._reader.readline(65_536)
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the server closed the connection")
        return line.rstrip(b"\r\n")

    def _exactly(self, length: int) -> bytes:
        content = self._reader.read(length)
        if len(content) < length:
            raise ConnectionResetError("the server closed the connection")
        return content

    def _chunks(self) -> bytes:
        chunks = []
        while length := int(self._line().split(b";")[0], 16):
            chunks.append(self._exactly(length))
            self._line()
        while self._line():  # trailers
            pass
        return b"".join(chunks)


class _Input(io.RawIOBase):
    """What a socket with a timeout of the kernel receives."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer
        """Receive into a buffer.

        Raises:
            TimeoutError: nothing comes in time.
        """
        try:
            return self._source.recv_into(buffer)
        except BlockingIOError as error:
            raise TimeoutError from error


class _Body:
    """The body of a response, as AWSResponse reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """Yield the body."""
        yield self._content
