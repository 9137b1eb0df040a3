"""The local HTTP server: the API's working copy on a port of this machine.

One process uses one core; several listen on the same port, and the kernel spreads the connections.
"""

import argparse
import importlib
import os
import resource
import signal
import socketserver
import sys
import threading
import time

from chalice.app import Chalice

from infra import ROOT
from infra.connection import Connection
from infra.gateway import Gateway
from infra.outputs import outputs_of, settings_of

#: For the requests that are being answered when the server is told to end.
DRAIN_SECONDS = 8.0


class Handler(socketserver.BaseRequestHandler):
    """Serves a connection that the server accepted."""

    server: "Server"

    def handle(self) -> None:
        """Answer the connection's requests."""
        Connection(self.request, self.server.gateway.answer).serve()


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection, on a port that other processes share; port 0 takes a free one."""

    allow_reuse_address = True
    allow_reuse_port = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, app: Chalice, host: str, port: int) -> None:
        self.gateway = Gateway(app)
        super().__init__((host, port), Handler)

    def drain(self) -> None:
        """Stop listening, and wait for the requests that are being answered."""
        self.server_close()
        deadline = time.monotonic() + DRAIN_SECONDS
        while not self.gateway.is_idle and time.monotonic() < deadline:
            time.sleep(0.01)


def main() -> None:
    """Serve app.py until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--stage", help="serve on this stage of the emulator that AWS_ENDPOINT_URL names")
    arguments = parser.parse_args()
    if arguments.stage:
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        os.environ |= settings_of(outputs_of(arguments.stage, endpoint), endpoint)
    sys.path.insert(0, str(ROOT))
    # Each connection is a file: a thousand silent ones must not use up the usual limit of 1,024.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Server(importlib.import_module("app").app, arguments.host, arguments.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown waits for serve_forever to end, so it cannot be called on serve_forever's own thread.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    server.drain()


if __name__ == "__main__":
    main()
