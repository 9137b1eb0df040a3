"""A keep-alive HTTP/1.1 client that costs so little that it leaves the machine to the service it measures.

One thread, one selector, prebuilt requests, replies read by their Content-Length (RFC 9112, section 6): about
20 microseconds a request. A service that closes after each reply is connected to anew for the next one.
"""

import collections
import json
import re
import selectors
import socket
import time
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class Load:
    """All answers in the requests' order, and the seconds from the first byte sent to the last one received."""

    replies: Sequence[Reply]
    seconds: float

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.replies) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        """Return the latency in milliseconds that `percent` of the replies did not exceed (nearest rank)."""
        ordered = sorted(reply.seconds for reply in self.replies)
        return 1000 * ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def submit_request(body: object) -> bytes:
    """Return the bytes of `POST /` with `body` as JSON."""
    text = json.dumps(body).encode()
    head = (
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(text)}"
    )
    return head.encode() + b"\r\n\r\n" + text


def read_request(path: str) -> bytes:
    """Return the bytes of `GET /{path}`."""
    return f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()


class _Client:
    """One connection with one request in flight."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.received = b""
        self.index = -1
        self.sent_at = 0.0

    def send(self, selector: selectors.BaseSelector, index: int, request: bytes) -> None:
        self.index, self.received, self.sent_at = index, b"", time.perf_counter()
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=SILENCE_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(self.socket, selectors.EVENT_READ, self)
        self.socket.sendall(request)

    def receive(self, selector: selectors.BaseSelector) -> Reply | None:
        """Return the reply once it is whole; raise ConnectionError where the service hung up before that."""
        assert self.socket is not None
        data = self.socket.recv(1 << 18)
        if not data:
            self.close(selector)
            raise ConnectionError(f"port {self.port} closed before it answered: {self.received[:200]!r}")
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.received[:end]
        length = _LENGTH.search(head)
        if length is None:
            raise ValueError(f"the load client reads only replies with a Content-Length: {head!r}")
        body = self.received[end + 4 :]
        if len(body) < int(length[1]):
            return None
        if _CLOSE.search(head):
            self.close(selector)
        return Reply(int(head[9:12]), body, time.perf_counter() - self.sent_at)

    def close(self, selector: selectors.BaseSelector) -> None:
        if self.socket is not None:
            selector.unregister(self.socket)
            self.socket.close()
            self.socket = None


def drive(port: int, requests: Iterable[bytes], *, clients: int) -> Load:
    """Send `requests` to the loopback `port` by `clients` connections, each with one request in flight.

    Raises ConnectionError where the service hangs up before it answers, TimeoutError after `SILENCE_SECONDS`.
    """
    todo = collections.deque(enumerate(requests))
    replies: list[Reply | None] = [None] * len(todo)
    pool = [_Client(port) for _ in range(min(clients, len(todo)))]
    in_flight = 0
    with selectors.DefaultSelector() as selector:
        start = time.perf_counter()
        try:
            for client in pool:
                client.send(selector, *todo.popleft())
                in_flight += 1
            while in_flight:
                events = selector.select(SILENCE_SECONDS)
                if not events:
                    raise TimeoutError(f"port {port} said nothing for {SILENCE_SECONDS} s")
                for key, _ in events:
                    client = key.data
                    reply = client.receive(selector)
                    if reply is None:
                        continue
                    replies[client.index] = reply
                    if todo:
                        client.send(selector, *todo.popleft())
                    else:
                        in_flight -= 1
            seconds = time.perf_counter() - start
        finally:
            for client in pool:
                client.close(selector)
    return Load([reply for reply in replies if reply is not None], seconds)
