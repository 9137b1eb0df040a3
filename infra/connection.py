"""One client's connection: its requests made into Lambda events, and whatever it sends survived."""

import contextlib
import io
import socket
import time
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer
from typing import TYPE_CHECKING, Any, cast

from chalice.local import LambdaContext, LambdaEventConverter, RouteMatcher

from infra.access import allowed_hosts, find_refusal
from infra.problems import NOTHING, OURS, Refused, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer
    from chalice.app import Chalice
    from chalice.config import Config

#: What the service takes (5 MB) with room for JSON's own characters.
MOST_BODY_BYTES = 6_000_000
#: Between two requests of a kept connection.
IDLE_SECONDS = 60.0
#: For the whole of a request, first byte to last, however slowly its bytes come.
REQUEST_SECONDS = 20.0
#: For the client to take the answer.
ANSWER_SECONDS = 20.0
#: For a refused client to see its answer before the connection is reset.
LINGER_SECONDS = 2.0


class TimedReader(io.RawIOBase):
    """A socket read against one deadline for many reads: a timeout per read lets a slow client stay for ever."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._deadline = 0.0

    def allow(self, seconds: float) -> None:
        """Set the deadline, counted from now."""
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read what there is; TimeoutError when the deadline comes first."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class Connection(BaseHTTPRequestHandler):
    """Serves one connection on a thread of its own."""

    protocol_version = "HTTP/1.1"
    # Unbuffered writes meet Nagle's algorithm and the client's delayed ACK: 44 ms an answer.
    wbufsize = 65536
    disable_nagle_algorithm = True

    def __init__(
        self,
        request: socket.socket,
        client_address: tuple[str, int],
        server: BaseServer,
        *,
        app_object: "Chalice",
        config: "Config",
    ) -> None:
        self._app = app_object
        self._config = config
        self._events = LambdaEventConverter(RouteMatcher(list(app_object.routes)), app_object.api.binary_types)
        super().__init__(request, client_address, server)

    def setup(self) -> None:
        """Read through the deadline."""
        super().setup()
        self._reader = TimedReader(self.connection)
        self.rfile = io.BufferedReader(self._reader, 65536)

    def handle_one_request(self) -> None:
        """Wait for a request as long as a kept connection may, then read it within a request's time."""
        self._reader.allow(IDLE_SECONDS)
        try:
            waiting = cast("io.BufferedReader", self.rfile).peek(1)
        except TimeoutError:
            waiting = b""
        if not waiting:
            self.close_connection = True
            return
        self._reader.allow(REQUEST_SECONDS)
        super().handle_one_request()

    def __getattr__(self, name: str) -> "Callable[[], None]":
        """Give every method the same way in: whether an address takes it is for the app's routes to say."""
        if name.startswith("do_"):
            return self._handle
        raise AttributeError(name)

    def version_string(self) -> str:
        """Name the service, not the Python that runs it."""
        return "is-it-prime"

    def _handle(self) -> None:
        try:
            self._require_access()
            body = self._body()
        except Refused as refused:
            self._refuse(refused)
            return
        try:
            answer = self._answer(body)
        except Exception:  # noqa: BLE001 - a fault in the app is a 500 to this client, not the end of its connection
            traceback.print_exc()
            answer = problem(500, OURS)
        self._send(*answer)

    def _require_access(self) -> None:
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        refusal = find_refusal(self.command, headers, names=allowed_hosts(), links=True)
        if refusal:
            raise Refused(403, refusal)

    def _answer(self, body: bytes | None) -> tuple[int, dict[str, Any], bytes]:
        method = "GET" if self.command == "HEAD" else self.command
        try:
            event = self._events.create_lambda_event(method, self.path, dict(self.headers), body)
        except ValueError:
            return problem(404, NOTHING)
        seconds = self._config.lambda_timeout or 29
        context = LambdaContext(self._config.function_name, self._config.lambda_memory_size, seconds * 1000)
        response = self._app(event, context)
        content = response["body"] or ""
        headers = {"Content-Type": "application/json"} | response["headers"] | response["multiValueHeaders"]
        return response["statusCode"], headers, content if isinstance(content, bytes) else content.encode()

    def _length(self) -> int:
        """Give the body's length in bytes. Source: RFC 9112, section 6."""
        if "transfer-encoding" in self.headers:
            raise Refused(411, "Send the body with Content-Length, not in chunks.")
        lengths = set(self.headers.get_all("content-length", ["0"]))
        length = lengths.pop()
        if lengths or not (length.isascii() and length.isdigit()):
            raise Refused(400, "Send one Content-Length, the number of the body's bytes.")
        if len(length) > 18 or int(length) > MOST_BODY_BYTES:
            raise Refused(413, "Send at most 5 MB: split the list.")
        return int(length)

    def _body(self) -> bytes | None:
        length = self._length()
        if not length:
            return None
        try:
            body = self.rfile.read(length)
        except TimeoutError:
            raise Refused(408, f"Send the whole request within {REQUEST_SECONDS:.0f} seconds.") from None
        if len(body) < length:
            raise Refused(400, "Send as many bytes as Content-Length says.")
        try:
            body.decode()
        except UnicodeDecodeError:
            raise Refused(400, "Send the body in UTF-8.") from None
        return body

    def handle_expect_100(self) -> bool:
        """Ask for the body only when its length is one that is taken."""
        try:
            self._length()
        except Refused as refused:
            self._refuse(refused)
            return False
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer as a problem what the request's first lines have wrong."""
        self.request_version = self.protocol_version  # not known yet, and without one the answer has no headers
        detail = explain or message or HTTPStatus(code).description
        self._refuse(Refused(code, f"{detail}: send a well-formed HTTP/1.1 request."))

    def _refuse(self, refused: Refused) -> None:
        """Answer, then end the connection: what follows on it may be the rest of what was refused."""
        self.close_connection = True
        self._send(*problem(refused.status, refused.detail))
        # Closing with bytes unread resets the connection, and the client may lose the answer.
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self._reader.allow(LINGER_SECONDS)
            while self.rfile.read1(65536):
                pass

    def _send(self, status: int, headers: dict[str, Any], body: bytes) -> None:
        self.connection.settimeout(ANSWER_SECONDS)
        self.send_response(status)
        for name, value in headers.items():
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name, one)
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: the app writes a line per request, and a scanner's noise is not worth one."""
