"""A keep-alive HTTP/1.1 client that costs so little that it leaves the machine to the service it measures.

One thread, one selector, prebuilt requests, replies read by their Content-Length (RFC 9112, section 6). A
service that closes after each reply is connected to anew for the next one.
"""

import collections
import json
import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: A client that hears nothing for so long gives up.
SILENCE_SECONDS = 90.0

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """One answer: its status, its body, and the seconds from sending to the last byte."""

    status: int
    body: bytes
    seconds: float

    def json(self) -> dict[str, object]:
        """Return the body as a JSON object; raise RuntimeError where the service refused."""
        if not 200 <= self.status < 300:
            raise RuntimeError(f"the service answered {self.status}: {self.body[:500]!r}")
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Load:
    """All answers in the requests' order, and the seconds from the first byte out to the last one in."""

    replies: Sequence[Reply]
    seconds: float

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.replies) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        """Return the latency in milliseconds that `percent` of the replies did not exceed."""
        return 1000 * percentile([reply.seconds for reply in self.replies], percent)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest of `values` that at least `percent` of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def submit_request(body: object) -> bytes:
    """Return the bytes of `POST /` with `body` as JSON."""
    text = json.dumps(body).encode()
    head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text


def read_request(path: str, method: str = "GET") -> bytes:
    """Return the bytes of a request for `/{path}` that has no body."""
    return f"{method} /{path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()


class Connection:
    """One connection with at most one request in flight; opened when it is first needed."""

    def __init__(self, port: int) -> None:
        """Aim at `port` of the loopback interface."""
        self.port = port
        self.socket: socket.socket | None = None
        self._received = b""
        self._sent_at = 0.0

    def send(self, request: bytes) -> bool:
        """Send `request`; return whether a new connection was opened for it."""
        self._received, self._sent_at = b"", time.perf_counter()
        opened = self.socket is None
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=SILENCE_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        return opened

    def receive(self) -> Reply | None:
        """Read once and return the reply if it is whole; ConnectionError where the service hung up before."""
        assert self.socket is not None
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError(f"port {self.port} closed before it answered: {self._received[:200]!r}")
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._received[:end]
        length = _LENGTH.search(head)
        if length is None:
            raise ValueError(f"the load client reads only replies with a Content-Length: {head!r}")
        body = self._received[end + 4 :]
        if len(body) < int(length[1]):
            return None
        reply = Reply(int(head[9:12]), body, time.perf_counter() - self._sent_at)
        if _CLOSE.search(head):
            self.close()
        return reply

    def ask(self, request: bytes) -> Reply:
        """Send `request` and wait for its reply."""
        self.send(request)
        while (reply := self.receive()) is None:
            pass
        return reply

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def drive(port: int, requests: Iterable[bytes], *, clients: int) -> Load:
    """Send `requests` to the loopback `port` by `clients` connections, each with one request in flight.

    Raises ConnectionError where the service hangs up before it answers, TimeoutError after `SILENCE_SECONDS`.
    """
    todo = collections.deque(enumerate(requests))
    replies: dict[int, Reply] = {}
    asked: dict[Connection, int] = {}
    expected = len(todo)
    with selectors.EpollSelector() as selector:

        def send_next(client: Connection) -> None:
            asked[client], request = todo.popleft()
            if client.send(request):
                assert client.socket is not None
                selector.register(client.socket, selectors.EVENT_READ, client)

        start = time.perf_counter()
        for _ in range(min(clients, expected)):
            send_next(Connection(port))
        while len(replies) < expected:
            for client, reply in _whole_replies(selector):
                replies[asked[client]] = reply
                if todo:
                    send_next(client)
        seconds = time.perf_counter() - start
        for client in asked:
            client.close()
    return Load([replies[index] for index in range(expected)], seconds)


def _whole_replies(selector: selectors.BaseSelector) -> Iterator[tuple[Connection, Reply]]:
    events = selector.select(SILENCE_SECONDS)
    if not events:
        raise TimeoutError(f"the service said nothing for {SILENCE_SECONDS} s")
    for key, _ in events:
        client: Connection = key.data
        reply = client.receive()
        if reply is not None:
            if client.socket is None:
                selector.unregister(key.fileobj)
            yield client, reply
