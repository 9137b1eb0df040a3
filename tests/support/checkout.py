"""A copy of the files that `make run` needs: its state and its files are the test's own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from infra import ROOT
from tests.support.emulator import children, command, emulator_session
from tests.support.polling import until
from tests.support.servers import free_port

#: What a shell may have set for other programs. Nothing listens on the port, and the home can be neither read nor made.
FOREIGN_SETTINGS = {
    **dict.fromkeys(("HTTP_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_S3"), "http://127.0.0.1:9"),
    "AWS_PROFILE": "missing",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_DEFAULT_REGION": "nowhere",
    "AWS_CA_BUNDLE": "/missing",
    "MAX_DIGITS": "abc",
    "RETENTION_DAYS": "-1",
    "TASKS_QUEUE_URL": "http://127.0.0.1:9/queue",
    "LC_ALL": "C",
    "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "2",
    "HOME": os.devnull,
}


@dataclass(frozen=True)
class Run:
    """A running `make run`."""

    process: subprocess.Popen[bytes]
    #: The file that its output goes to.
    output: Path
    url: str

    def text(self) -> str:
        return self.output.read_text()

    def submit(self, number: int | str) -> str:
        return str(requests.post(self.url, json={"number": number}, timeout=30).json()["task_id"])

    def emulator(self) -> int:
        # A copy of it, which writes a save, is its child.
        return next(pid for pid in children(self.process.pid) if "ministack_app" in command(pid))


@dataclass(frozen=True)
class Checkout:
    """The copy."""

    folder: Path
    port: int
    emulator_port: int

    @contextmanager
    def run(self, ending: signal.Signals = signal.SIGTERM) -> Iterator[Run]:
        """Run `make run` until it says what to try, and end it by a signal."""
        output = self.folder / "output"
        process = self.start(output)
        try:
            until(lambda: "Ctrl-C" in output.read_text() or process.poll() is not None, "it says what to try")
            assert process.poll() is None, output.read_text()
            yield Run(process, output, f"http://localhost:{self.port}/")
        finally:
            process.send_signal(ending)
            process.wait(60)

    def start(self, output: Path, **settings: str) -> subprocess.Popen[bytes]:
        """Start `make run`, in a shell that has all kinds of settings, with its output in a file."""
        ports = {"PORT": str(self.port), "EMULATOR_PORT": str(self.emulator_port)}
        environment = {"PATH": os.environ["PATH"], **FOREIGN_SETTINGS, **ports, **settings}
        with output.open("wb") as file:
            program = [sys.executable, "-m", "infra.local"]
            return subprocess.Popen(program, cwd=self.folder, env=environment, stdout=file, stderr=file)

    def output_of_failed_start(self, **settings: str) -> str:
        """Run `make run` when it cannot start, and return its output."""
        output = self.folder / "output"
        process = self.start(output, **settings)
        try:
            assert process.wait(60) == 1
        finally:
            process.terminate()  # it may have started nevertheless
            process.wait(60)
        return output.read_text()

    def set_queues(self, **attributes: int) -> None:
        """Set attributes of all queues while `make run` runs."""
        values: Any = {name: str(value) for name, value in attributes.items()}
        with closing(emulator_session(f"http://127.0.0.1:{self.emulator_port}").client("sqs")) as sqs:
            for url in sqs.list_queues()["QueueUrls"]:
                sqs.set_queue_attributes(QueueUrl=url, Attributes=values)


def make_checkout(folder: Path) -> Checkout:
    """Copy what `make run` needs to a folder."""
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("chalicelib", "primes_core", "infra", ".chalice"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
    (ROOT / "build").mkdir(exist_ok=True)
    for name in (".venv-emulator", "build"):
        (folder / name).symlink_to(ROOT / name)
    return Checkout(folder, free_port(), free_port())
