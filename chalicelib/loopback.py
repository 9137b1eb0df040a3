"""Calls of an emulator on this machine: on a kept connection, without signatures and botocore's transport.

Those take half of the CPU time of a call to such an endpoint. A call that has no successful response this way is made
again by botocore, which has its attempts and raises its errors. AWS itself is always called by botocore.

Source: botocore documentation, "Events", `before-call`: a handler that returns a response takes the place of what
signs, sends, tries again and parses.
"""

from __future__ import annotations

import contextlib
import io
import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.parsers import create_parser

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.credentials import Credentials
    from botocore.model import OperationModel

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

#: A state of a connection. Source: netinet/tcp.h.
TCP_ESTABLISHED = 1


def use_for(client: BaseClient, credentials: Credentials | None) -> None:
    """Give a client this way if its endpoint is plain HTTP on this machine.

    An emulator verifies the signatures of temporary credentials only: calls with these are left to botocore. With
    others a request names its access key, from which an emulator takes the account and the region, and is not signed.
    """
    endpoint = urlsplit(client.meta.endpoint_url)
    if endpoint.scheme != "http" or endpoint.hostname not in LOOPBACK_HOSTS or credentials is None or credentials.token:
        return
    events: Any = client.meta.events
    events.register_last("before-call", _Calls(client, credentials).call)  # others only look at the call


class _Success:
    """What botocore reads of an HTTP response beside what was parsed of it."""

    status_code = HTTPStatus.OK.value


class _Calls:
    """Makes calls on connections that are kept: the last used one first, so that there are no more than needed."""

    def __init__(self, client: BaseClient, credentials: Credentials) -> None:
        config: Any = client.meta.config
        service: Any = client.meta.service_model
        endpoint = urlsplit(client.meta.endpoint_url)
        self._address = endpoint.hostname or "", endpoint.port or 80
        self._timeouts = config.connect_timeout, config.read_timeout
        scope = f"{credentials.access_key}/20000101/{client.meta.region_name}/{service.signing_name}/aws4_request"
        self._fixed = (
            f"Host: {endpoint.netloc}\r\n"
            f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none\r\n"
        )
        self._parser = create_parser(service.resolved_protocol)
        self._idle: list[_Connection] = []

    def call(self, model: OperationModel, params: dict[str, Any], **_: object) -> tuple[_Success, Any] | None:
        """Return the response to a request, as an HTTP response and parsed; None where there is no successful one."""
        try:
            connection = self._connection()
            status, headers, body = connection.exchange(self._message(params))
        except (OSError, ValueError, IndexError):  # not reached, closed, late, or not HTTP
            return None
        self._idle.append(connection)
        if status != _Success.status_code:
            return None
        response: Any = {"status_code": status, "headers": headers, "body": body}
        shape: Any = model.output_shape  # the stubs do not know that there may be none
        return _Success(), self._parser.parse(response, shape)

    def _message(self, params: dict[str, Any]) -> bytes:
        lines = "".join([f"{name}: {value}\r\n" for name, value in params["headers"].items()])
        body: bytes = params["body"]
        head = f"{params['method']} {params['url_path']} HTTP/1.1\r\n{self._fixed}{lines}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body

    def _connection(self) -> _Connection:
        """Return a connection that is open: an idle one, or a new one."""
        with contextlib.suppress(IndexError):
            while (connection := self._idle.pop()).is_closed():
                pass
            return connection
        return _Connection(self._address, *self._timeouts)


class _Connection:
    """A kept connection, which is closed when nothing refers to it any more."""

    def __init__(self, address: tuple[str, int], connect_seconds: float, read_seconds: float) -> None:
        self._socket = socket.create_connection(address, connect_seconds)
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

    def exchange(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
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
        first, *lines = self._head().decode("latin-1").split("\r\n")
        status = int(first.split(" ", 2)[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            body = self._exactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, body

    def _head(self) -> bytes:
        """Return the head of a response, which most often comes as a whole, without the empty line at its end."""
        first = self._reader.peek()
        if not first.startswith(b"HTTP/"[: len(first)]):
            raise ValueError(first)
        if (end := first.find(b"\r\n\r\n")) >= 0:
            return self._reader.read(end + 4)[:-4]
        lines = []
        while line := self._line():
            lines.append(line)
        return b"\r\n".join(lines)

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
