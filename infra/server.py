"""The local HTTP server: `chalice local`'s, made fast on kept connections and fit for rude clients.

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
import traceback
from http.server import HTTPServer

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalDevServer, ThreadedHTTPServer

from infra import ROOT
from infra.connection import Connection
from infra.outputs import outputs_of, settings_of

#: As long as the API function may run on AWS. Source: API Gateway quotas, "Integration timeout".
API_SECONDS = 29


class Server(ThreadedHTTPServer):
    """A thread a connection, on a port that other processes share."""

    allow_reuse_port = True
    request_queue_size = 512

    def server_bind(self) -> None:
        """Bind without asking the DNS for this machine's name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, *_: object) -> None:
        """Print a fault of ours; a client that went away is none."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            traceback.print_exc()


def make_server(app: Chalice, host: str, port: int) -> HTTPServer:
    """Give a server of the app, bound and not yet serving; port 0 takes a free one."""
    # Chalice keeps the current request on the app: this makes it one per thread, as `chalice local` does.
    app.__class__ = type("ThreadSafeChalice", (LocalChalice, app.__class__), {})
    config = Config.create(chalice_app=app, app_name=app.app_name, lambda_timeout=API_SECONDS)
    server: HTTPServer = LocalDevServer(app, config, host, port, Connection, Server).server  # type: ignore[arg-type]  # wants its own handler's class, uses none of it
    return server


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
    server = make_server(importlib.import_module("app").app, arguments.host, arguments.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown waits for serve_forever to end, so it cannot be called on serve_forever's own thread.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
