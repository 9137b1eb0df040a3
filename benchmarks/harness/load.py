"""A keep-alive HTTP/1.1 client that uses little CPU time, so that the cores are left to the measured service.

It has one thread and one selector, sends requests that were built before, and reads each response by its
Content-Length (RFC 9112, section 6). After a response with which the service closes the connection, the next request
opens another one.
"""

import collections
import json
import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: How long a client waits for data from the service.
TIMEOUT_SECONDS = 90.0

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Response:
    """An HTTP response: its status, its body, and the seconds from sending the request to the last byte."""

    status: int
    body: bytes
    seconds: float

    def json(self) -> dict[str, object]:
        """Return the body as a JSON object.

        Raises:
            RuntimeError: the status is not 2xx.
        """
        if not 200 <= self.status < 300:
            raise RuntimeError(f"the service responded with {self.status}: {self.body[:500]!r}")
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Load:
    """The responses in the order of the requests, and the seconds from the first byte sent to the last one received."""

    responses: Sequence[Response]
    seconds: float

    @property
    def per_second(self) -> float:
        """Responses per second."""
        return len(self.responses) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        """Return the latency in milliseconds that `percent` of the responses did not exceed."""
        return 1000 * percentile([response.seconds for response in self.responses], percent)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest of `values` that at least `percent` of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def submit_request(body: object, key: str | None = None) -> bytes:
    """Return the bytes of `POST /` with `body` as JSON, and with an Idempotency-Key if one is given."""
    text = json.dumps(body).encode()
    head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Idempotency-Key: {key}\r\n" if key else ""
    return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text


def read_request(path: str, method: str = "GET") -> bytes:
    """Return the bytes of a request for `/{path}` that has no body."""
    return f"{method} /{path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()


class Connection:
    """A connection with at most one request in flight; the first request opens it."""

    def __init__(self, port: int) -> None:
        """Connect to `port` of the loopback interface when the first request is sent."""
        self.port = port
        self.socket: socket.socket | None = None
        self._received = b""
        self._sent_at = 0.0

    def send(self, request: bytes) -> bool:
        """Send `request` and return whether a new connection was opened for it."""
        self._received, self._sent_at = b"", time.perf_counter()
        opened = self.socket is None
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        return opened

    def receive(self) -> Response | None:
        """Read from the socket once and return the response if it is complete.

        Raises:
            ConnectionError: the service closed the connection before the response was complete.
        """
        assert self.socket is not None
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError(
                f"port {self.port} closed the connection before it responded: {self._received[:200]!r}"
            )
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._received[:end]
        length = _LENGTH.search(head)
        if length is None:
            raise ValueError(f"the load client reads only responses with a Content-Length: {head!r}")
        body = self._received[end + 4 :]
        if len(body) < int(length[1]):
            return None
        response = Response(int(head[9:12]), body, time.perf_counter() - self._sent_at)
        if _CLOSE.search(head):
            self.close()
        return response

    def exchange(self, request: bytes) -> Response:
        """Send `request` and return its response."""
        self.send(request)
        while (response := self.receive()) is None:
            pass
        return response

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def drive(port: int, requests: Iterable[bytes], *, clients: int) -> Load:
    """Send `requests` to the loopback `port` by `clients` connections, each with one request in flight.

    Raises:
        ConnectionError: the service closed a connection before it responded.
        TimeoutError: the service sent no data for `TIMEOUT_SECONDS`.
    """
    todo = collections.deque(enumerate(requests))
    responses: dict[int, Response] = {}
    in_flight: dict[Connection, int] = {}
    expected = len(todo)
    with selectors.EpollSelector() as selector:

        def send_next(client: Connection) -> None:
            if todo:
                in_flight[client], request = todo.popleft()
                if client.send(request):
                    assert client.socket is not None
                    selector.register(client.socket, selectors.EVENT_READ, client)

        start = time.perf_counter()
        for _ in range(min(clients, expected)):
            send_next(Connection(port))
        while len(responses) < expected:
            events = selector.select(TIMEOUT_SECONDS)
            if not events:
                raise TimeoutError(f"the service sent no data for {TIMEOUT_SECONDS} s")
            for client, response in _complete_responses(selector, events):
                responses[in_flight[client]] = response
                send_next(client)
        seconds = time.perf_counter() - start
        for client in in_flight:
            client.close()
    return Load([responses[index] for index in range(expected)], seconds)


def _complete_responses(
    selector: selectors.BaseSelector, events: list[tuple[selectors.SelectorKey, int]]
) -> Iterator[tuple[Connection, Response]]:
    for key, _ in events:
        client: Connection = key.data
        response = client.receive()
        if response is not None:
            if client.socket is None:
                selector.unregister(key.fileobj)
            yield client, response
