"""The local HTTP server: the API's working copy on a port of this machine.

One process uses one core; several listen on the same port, and the kernel spreads the connections.
"""

import _thread
import argparse
import contextlib
import importlib
import json
import os
import signal
import socket
import socketserver
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.deploy.outputs import outputs_of, settings_of
from infra.local.addresses import loopback_addresses
from infra.local.connection import Connection, encode
from infra.local.gateway import OVERLOAD, LocalGateway
from infra.local.http_requests import Request
from infra.local.open_connections import OpenConnections, max_connections
from infra.local.problems import problem
from infra.local.server_copies import Copies

#: For requests that wait for their response when the server is told to end.
DRAIN_SECONDS = 8.0


class Handler(socketserver.BaseRequestHandler):
    """Serves a connection that the server accepted."""

    server: "Server"

    def handle(self) -> None:
        """Respond to the connection's requests."""
        Connection(self.request, self.server.gateway, self.server.connections).serve()


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection, on a port that other processes share; port 0 takes a free one."""

    allow_reuse_address = True
    allow_reuse_port = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, gateway: LocalGateway, host: str, port: int, connections: OpenConnections) -> None:
        self.gateway = gateway
        self.connections = connections
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ANN401, ARG002 - socketserver's
        """Return whether there is room for a connection."""
        if self.connections.add(request):
            return True
        with contextlib.suppress(OSError):
            request.sendall(encode(None, problem(503, OVERLOAD, ("retry-after", "1")), close=True))
        return False

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's
        """Serve a connection on a thread, whose start is not waited for: that takes its turn among all threads."""
        _thread.start_new_thread(self.process_request_thread, (request, client_address))

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - socketserver's
        """Close a connection."""
        super().shutdown_request(request)
        self.connections.remove(request)

    def drain(self) -> None:
        """Stop listening, and wait until no request waits for its response."""
        self.server_close()
        deadline = time.monotonic() + DRAIN_SECONDS
        while not self.gateway.is_idle and time.monotonic() < deadline:
            time.sleep(0.01)


def _wait_until_healthy(gateway: LocalGateway) -> None:
    """Wait until the API says that its table and queues respond; whoever started this process sets the deadline."""
    health = Request("GET", "/health", [("host", "localhost")])
    while gateway.respond(health)[0] != HTTPStatus.OK:
        time.sleep(0.1)


def main() -> None:
    """Serve app.py until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", nargs="+", default=loopback_addresses(), help="the addresses to listen on")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--stage", help="serve on this stage of the emulator that AWS_ENDPOINT_URL names")
    parser.add_argument("--copies", type=int, help="how many processes serve, with the settings in the input")
    parser.add_argument("--ready-fd", type=int, help="where each of them writes a byte when it listens")
    parser.add_argument("--state", type=Path, help="the folder of the emulator's state: its disk must not be full")
    arguments = parser.parse_args()
    if arguments.stage:
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        os.environ |= settings_of(outputs_of(arguments.stage, endpoint), endpoint)
    sys.path.insert(0, str(ROOT))
    importlib.import_module("infra.emulator.client").install()  # before a client is made
    app, final_tasks = map(importlib.import_module, ("app", "chalicelib.service.final_tasks"))
    gateway = LocalGateway(app.app, arguments.state, final_tasks.get)
    if arguments.copies:
        _serve_in_copies(gateway, arguments)
    else:
        _serve(gateway, arguments)


def _serve_in_copies(gateway: LocalGateway, arguments: argparse.Namespace) -> None:
    """Make what all copies share while the service is deployed, and then start them."""
    aws = importlib.import_module("chalicelib.aws")
    aws.dynamodb(), aws.sqs()

    def serve() -> None:
        _wait_until_healthy(gateway)
        _serve(gateway, arguments)

    if settings := sys.stdin.read():
        os.environ |= json.loads(settings)
        page = sys.modules["chalicelib.page"]
        Copies(arguments.copies, serve, lambda: importlib.reload(page)).run()


def _serve(gateway: LocalGateway, arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    connections = OpenConnections(max_connections())
    servers = [Server(gateway, host, arguments.port, connections) for host in arguments.host]
    if arguments.ready_fd is not None:
        with contextlib.suppress(BrokenPipeError), os.fdopen(arguments.ready_fd, "wb", 0) as ready:
            ready.write(b"1")
    _serve_until_signal(servers)


def _serve_until_signal(servers: list[Server]) -> None:
    """Serve until SIGTERM or SIGINT, and respond to the requests that are in progress then."""
    first, *others = servers
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown waits for serve_forever to end, so it cannot be called on serve_forever's own thread.
        signal.signal(number, lambda *_: threading.Thread(target=first.shutdown).start())
    for server in others:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    first.serve_forever(poll_interval=0.1)
    for server in others:
        server.shutdown()
    for server in servers:
        server.drain()


if __name__ == "__main__":
    main()
