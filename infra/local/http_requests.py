"""A parser of HTTP/1.1 requests, by llhttp; what is malformed or too long is refused."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import httptools

from infra.local.body_memory import BodyMemory
from infra.local.problems import Refused

#: What the service takes (5 MB), with room for JSON's own characters.
MAX_BODY_BYTES = 6_000_000
MAX_HEAD_BYTES = 65_536
MAX_HEADERS = 100

NO_PATH = "Send a request target that is a path: `GET /queue HTTP/1.1`."
BODY_TOO_LONG = "Send at most 5 MB: split the list."
HEAD_TOO_LONG = f"Send at most {MAX_HEAD_BYTES:,} bytes of headers."


@dataclass
class Request:
    """A request.

    Attributes:
        method: The method, as in `GET`.
        target: The path and the query that the client sent, without scheme and host.
        headers: Names in lower case, and values.
        body: The whole body.
        version: The version of HTTP, as in `1.1`.
        keep_alive: Whether the client takes another response on this connection.
        expects_continue: Whether the client waits for `100 Continue` before it sends the body.
    """

    method: str = ""
    target: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    version: str = "1.1"
    keep_alive: bool = True
    expects_continue: bool = False

    def values(self, name: str) -> list[str]:
        """Return the values of a header."""
        return [value for key, value in self.headers if key == name]


class RequestParser:
    """Parses what a client sends; whole requests are appended to `requests`."""

    def __init__(self, check: Callable[[Request], None], memory: BodyMemory) -> None:
        """Make the parser of a connection.

        Args:
            check: called with a request whose body is not read yet; raises Refused where it is not to be read.
            memory: what the bodies of all connections share.
        """
        self.requests: deque[Request] = deque()
        self.current: Request | None = None
        self._check = check
        self._memory = memory
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._is_in_head = True
        self._bytes_beside_bodies = 0

    def feed(self, data: bytes) -> None:
        """Parse the next bytes.

        Raises:
            Refused: Nothing after the requests that are whole can be read as a request.
        """
        self._bytes_beside_bodies += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as error:
            if isinstance(error.__context__, Refused):
                raise error.__context__ from None
            raise Refused(400, NO_PATH) from None
        except httptools.HttpParserError as error:
            raise Refused(400, f"{error}: send a well-formed HTTP/1.1 request (RFC 9112).") from None
        # llhttp hands over a header or a trailer when it is whole. The exact limit of a head is checked then.
        if self._bytes_beside_bodies > 2 * MAX_HEAD_BYTES:
            raise Refused(431, HEAD_TOO_LONG)

    def finish(self, request: Request) -> None:
        """Give back the memory of a request that has its response, or never gets one."""
        self._memory.release(len(request.body))
        request.body = bytearray()

    def close(self) -> None:
        """Give back the memory of all requests, at the end of the connection."""
        for request in filter(None, [self.current, *self.requests]):
            self.finish(request)

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Read a request on as one of HTTP/1.1. Source: RFC 9110, section 7.8: "A server MAY ignore"."""
        request = self.requests.pop()  # without its body: llhttp takes what follows for the other protocol
        headers = (f"{name}: {value}" for name, value in request.headers if name != "upgrade")
        first = f"{request.method} {self._url.decode('latin-1')} HTTP/{request.version}"
        head = "\r\n".join([first, *headers, "", ""])
        self._parser = httptools.HttpRequestParser(self)
        self.feed(head.encode("latin-1") + rest)

    # What follows is called by llhttp.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.current = Request()
        self._url = b""
        self._is_in_head = True
        self._bytes_beside_bodies = 0

    def on_url(self, url: bytes) -> None:
        """Add a part of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; a trailer is dropped. Source: RFC 9110, section 6.5.1."""
        assert self.current is not None
        if not self._is_in_head:
            return
        self.current.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))
        if len(self.current.headers) > MAX_HEADERS:
            raise Refused(431, f"Send at most {MAX_HEADERS} headers.")

    def on_headers_complete(self) -> None:
        """Check the head of a request. Source: RFC 9112, sections 3.2 and 6.3."""
        request = self.current
        assert request is not None
        self._is_in_head = False
        if len(self._url) + sum(len(name) + len(value) for name, value in request.headers) > MAX_HEAD_BYTES:
            raise Refused(431, HEAD_TOO_LONG)
        request.version = self._parser.get_http_version()
        if request.version not in {"1.0", "1.1"}:
            raise Refused(505, "Send the request in HTTP/1.1.")
        request.method = self._parser.get_method().decode()
        if request.method == "CONNECT":
            raise Refused(400, NO_PATH)
        url = httptools.parse_url(self._url)
        request.target = (url.path + (b"?" + url.query if url.query else b"")).decode("latin-1")
        request.keep_alive = self._parser.should_keep_alive()
        request.expects_continue = "100-continue" in (value.lower() for value in request.values("expect"))
        if len(request.values("host")) != 1:
            raise Refused(400, "Send one Host header (RFC 9112, section 3.2).")
        self._check(request)
        length = "".join(request.values("content-length"))
        if len(length) > 18 or int(length or 0) > MAX_BODY_BYTES:
            raise Refused(413, BODY_TOO_LONG)

    def on_body(self, body: bytes) -> None:
        """Add a part of the body."""
        request = self.current
        assert request is not None
        size = len(request.body) + len(body)
        if size > MAX_BODY_BYTES:
            raise Refused(413, BODY_TOO_LONG)
        self._memory.grow(len(request.body), size)
        request.body += body
        self._bytes_beside_bodies = 0

    def on_message_complete(self) -> None:
        """Hand over the request."""
        assert self.current is not None
        self.requests.append(self.current)
        self.current = None
