"""The API on loopback, as `make run` serves it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import requests

from infra import ROOT
from tests.support.polling import until
from tests.support.ports import free_port


@contextmanager
def local_server(environment: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the working copy's API; give its address, with a slash at its end, and its process."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "infra.local.server", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _responds(url), "the server responds")
            yield url, process
        finally:
            process.terminate()


def _responds(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}openapi.json", timeout=30).ok
    return False
