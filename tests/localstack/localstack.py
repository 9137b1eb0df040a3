"""LocalStack 4.14.0 as a child process, without Docker."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType

from infra import ROOT
from infra.child_processes import start, stop, wait_until_healthy

PYTHON = ROOT / ".venv-localstack" / "bin" / "python"
SECONDS_TO_START = 120
SECONDS_TO_STOP = 60


class LocalStack:
    """A context manager that runs LocalStack on loopback and gives its endpoint's URL."""

    def __init__(self, port: int, folder: Path) -> None:
        """Choose where it listens and the folder in which it keeps everything, its logs included."""
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "localstack.log"
        self._port = port
        self._folder = folder

    @property
    def pid(self) -> int:
        """The id of LocalStack's process; the functions' processes are its children."""
        return self._process.pid

    def __enter__(self) -> str:
        """Start it and wait until it responds."""
        for name in ("tmp", "functions"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            command = [str(PYTHON), "-m", "tests.localstack.launcher"]
            self._process: subprocess.Popen[bytes] = start(command, self._environment(), log)
        try:
            wait_until_healthy(self._process, f"{self.url}/_localstack/health", SECONDS_TO_START, self.log)
        except BaseException:
            stop(self._process)
            raise
        return self.url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, its DynamoDB Local and its functions."""
        stop(self._process, SECONDS_TO_STOP)

    def _environment(self) -> dict[str, str]:
        address = f"127.0.0.1:{self._port}"
        return {
            "PATH": os.environ["PATH"],
            "JAVA_HOME": os.environ["JAVA_HOME"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder / "tmp"),
            "FUNCTION_LOGS": str(self._folder / "functions"),
            "GATEWAY_LISTEN": address,
            "LOCALSTACK_HOST": address,
            "FILESYSTEM_ROOT": str(self._folder),
            "OVERRIDE_IN_DOCKER": "0",  # else it takes a sandbox for its container
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",  # no telemetry
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DYNAMODB_IN_MEMORY": "1",
            "EAGER_SERVICE_LOADING": "0",
        }
