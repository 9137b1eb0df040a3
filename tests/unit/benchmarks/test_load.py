from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.load import Load, Response, drive, read_request, submit_request


class Echo(BaseHTTPRequestHandler):
    """Responds with what it receives, and counts the connections."""

    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self) -> None:
        super().setup()
        type(self).connections += 1

    def do_GET(self) -> None:
        self._respond(self.path.encode())

    def do_POST(self) -> None:
        self._respond(self.rfile.read(int(self.headers["Content-Length"])))

    def _respond(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/close":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Echo.connections = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_responses_are_in_the_order_of_their_requests(port: int) -> None:
    load = drive(port, [read_request(str(index)) for index in range(50)], clients=8)
    assert [response.body for response in load.responses] == [f"/{index}".encode() for index in range(50)]


def test_a_request_is_not_sent_before_its_time(port: int) -> None:
    times = [0.0, 0.02, 0.02, 0.06]
    load = drive(port, [read_request(str(index)) for index in range(4)], clients=2, times=times)
    assert [response.body for response in load.responses] == [b"/0", b"/1", b"/2", b"/3"]
    assert load.seconds >= times[-1]


def test_each_client_keeps_its_connection(port: int) -> None:
    drive(port, [read_request("x")] * 40, clients=4)
    assert Echo.connections == 4


def test_after_the_service_closes_a_connection_another_one_is_opened(port: int) -> None:
    load = drive(port, [read_request("close")] * 10, clients=2)
    assert len(load.responses) == Echo.connections == 10


def test_a_response_larger_than_one_read_is_complete(port: int) -> None:
    numbers = {"numbers": list(range(200_000))}
    assert drive(port, [submit_request(numbers)], clients=1).responses[0].json() == numbers


def test_a_percentile_is_the_nearest_rank() -> None:
    load = Load([Response(200, b"", milliseconds / 1000) for milliseconds in range(1, 101)], 1.0)
    assert [round(load.percentile_ms(percent)) for percent in (50, 95, 99)] == [50, 95, 99]


def test_a_refusal_is_an_error_that_shows_the_response() -> None:
    with pytest.raises(RuntimeError, match="responded with 503: b'try again'"):
        Response(503, b"try again", 0.1).json()
