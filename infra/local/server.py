"""The local HTTP server: granian with the API's working copy, `python -m infra.local.server`.

The application is imported once, before the workers, which are forks: they share its memory.
"""

import argparse
import contextlib
import gc
import importlib
import os
import sys
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from infra import ROOT
from infra.deploy.outputs import outputs_of, settings_of
from infra.emulator.client import install
from infra.local.application import MAX_REQUESTS, Application

#: Beside those of the requests that are worked on, for those that are refused.
SPARE_THREADS = 8
#: Connections of a worker, those that are idle included.
MAX_CONNECTIONS = 4_000
#: For requests that wait for their response when the server is told to end.
DRAIN_SECONDS = 8


def main() -> None:
    """Serve app.py until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--stage", help="serve on this stage of the emulator that AWS_ENDPOINT_URL names")
    parser.add_argument("--workers", type=int, default=1, help="how many processes serve")
    parser.add_argument("--ready-fd", type=int, help="where each of them writes a byte when it serves")
    parser.add_argument("--state", type=Path, help="the folder of the emulator's state: its disk must not be full")
    arguments = parser.parse_args()
    if arguments.stage:
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        os.environ |= settings_of(outputs_of(arguments.stage, endpoint), endpoint)
    # granian gives the environment to the application beside the headers, as CGI does.
    for name in [name for name in os.environ if name.startswith("HTTP_") or name == "CONTENT_TYPE"]:
        del os.environ[name]
    sys.path.insert(0, str(ROOT))
    install()  # before a client is made
    application = Application(importlib.import_module("app").app, arguments.state)

    def load(_target: str) -> Application:
        """Return the application in a worker."""
        if arguments.ready_fd is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(arguments.ready_fd, b"1")
        return application

    gc.collect()
    gc.freeze()  # the collector would write to the objects, and the workers no longer share their memory
    server = Granian(
        "app",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers,
        blocking_threads=MAX_REQUESTS + SPARE_THREADS,
        backpressure=MAX_CONNECTIONS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,  # it warns of the number of threads, which wait most of their time
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_SECONDS,
    )
    server.serve(target_loader=load)


if __name__ == "__main__":
    main()
