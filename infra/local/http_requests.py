"""A parser of HTTP/1.1 requests, by llhttp; what is malformed or too long is refused."""

from collections import deque
from dataclasses import dataclass, field

import httptools

from infra.local.problems import Refused

#: What the service takes (5 MB), with room for JSON's own characters.
MAX_BODY_BYTES = 6_000_000
MAX_HEAD_BYTES = 65_536
MAX_HEADERS = 100

BODY_TOO_LONG = "Send at most 5 MB: split the list."


@dataclass
class Request:
    """A request.

    Attributes:
        method: The method, as in `GET`.
        target: The path and the query that the client sent, without scheme and host.
        headers: Names in lower case, and values.
        body: The whole body.
        keep_alive: Whether the client takes another response on this connection.
        expects_continue: Whether the client waits for `100 Continue` before it sends the body.
    """

    method: str = ""
    target: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    keep_alive: bool = True
    expects_continue: bool = False

    def values(self, name: str) -> list[str]:
        """Return the values of a header."""
        return [value for key, value in self.headers if key == name]


class RequestParser:
    """Parses what a client sends; whole requests are appended to `requests`."""

    def __init__(self) -> None:
        self.requests: deque[Request] = deque()
        self.current: Request | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._head_bytes = 0
        self._is_in_head = True

    def feed(self, data: bytes) -> None:
        """Parse the next bytes.

        Raises:
            Refused: Nothing after the requests that are whole can be read as a request.
        """
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.requests[-1].keep_alive = False  # the response is HTTP/1.1; whatever follows is another protocol
        except httptools.HttpParserCallbackError as error:
            if isinstance(error.__context__, Refused):
                raise error.__context__ from None
            raise Refused(400, "Send a request target that is a path: `GET /queue HTTP/1.1`.") from None
        except httptools.HttpParserError as error:
            raise Refused(400, f"{error}: send a well-formed HTTP/1.1 request (RFC 9112).") from None
        if self._is_in_head:
            self._add_to_head(len(data))

    def _add_to_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES:
            raise Refused(431, f"Send at most {MAX_HEAD_BYTES:,} bytes of headers.")

    # What follows is called by llhttp.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.current = Request()
        self._url = b""
        self._head_bytes = 0
        self._is_in_head = True

    def on_url(self, url: bytes) -> None:
        """Add a part of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header."""
        assert self.current is not None
        self.current.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))
        if len(self.current.headers) > MAX_HEADERS:
            raise Refused(431, f"Send at most {MAX_HEADERS} headers.")

    def on_headers_complete(self) -> None:
        """Check the head of a request. Source: RFC 9112, sections 3.2 and 6.3."""
        request = self.current
        assert request is not None
        self._is_in_head = False
        self._add_to_head(len(self._url) + sum(len(name) + len(value) for name, value in request.headers))
        if self._parser.get_http_version() not in {"1.0", "1.1"}:
            raise Refused(505, "Send the request in HTTP/1.1.")
        url = httptools.parse_url(self._url)
        request.method = self._parser.get_method().decode()
        request.target = (url.path + (b"?" + url.query if url.query else b"")).decode("latin-1")
        request.keep_alive = self._parser.should_keep_alive()
        request.expects_continue = "100-continue" in (value.lower() for value in request.values("expect"))
        if len(request.values("host")) != 1:
            raise Refused(400, "Send one Host header (RFC 9112, section 3.2).")
        length = "".join(request.values("content-length"))
        if len(length) > 18 or int(length or 0) > MAX_BODY_BYTES:
            raise Refused(413, BODY_TOO_LONG)

    def on_body(self, body: bytes) -> None:
        """Add a part of the body."""
        assert self.current is not None
        self.current.body += body
        if len(self.current.body) > MAX_BODY_BYTES:
            raise Refused(413, BODY_TOO_LONG)

    def on_message_complete(self) -> None:
        """Hand over the request."""
        assert self.current is not None
        self.requests.append(self.current)
        self.current = None
