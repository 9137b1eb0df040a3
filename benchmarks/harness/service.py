"""Run this service as `make run` does, on free ports of the loopback interface."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.processes import running, wait_until_listening
from infra.deploy.outputs import outputs_of, settings_of
from infra.emulator import PYTHON
from infra.packaging.layer import build_layer
from infra.packaging.package import BUILD, MINISTACK
from tests.support.checkout import Checkout, make_checkout

LOG = "service.log"

#: How long the API may take to finish its requests, and the emulator to write its state.
INTERRUPT_SECONDS = 90.0


@dataclass(frozen=True)
class Service:
    """The running service: its port, its first process, and the folder that it runs in."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def pid(self) -> int:
        """The id of the first process."""
        return self.process.pid

    def interrupt(self) -> None:
        """Stop the service as Ctrl-C does.

        Raises:
            RuntimeError: its exit status is not 0, so that its state may be lost.
        """
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(INTERRUPT_SECONDS)
        if status:
            tail = (self.folder / LOG).read_text(errors="replace")[-2000:]
            raise RuntimeError(f"the service ended with status {status}; the end of its log is:\n{tail}")


def prepare() -> None:
    """Build the layer of native libraries if it is missing.

    Raises:
        RuntimeError: the emulator's environment is missing.
    """
    if not PYTHON.exists():
        raise RuntimeError("the emulator's environment is missing: make .venv-emulator")
    build_layer(MINISTACK.architecture, MINISTACK.python, BUILD / "layers")


@contextlib.contextmanager
def checkout() -> Iterator[Checkout]:
    """Yield a copy of the working tree without state, which later edits do not change; delete it on exit."""
    with tempfile.TemporaryDirectory(prefix="service-") as name:
        copy = make_checkout(Path(name))
        (copy.folder / "build").unlink()  # a start packages the service
        shutil.copytree(BUILD / "layers", copy.folder / "build" / "layers")
        yield copy


@contextlib.contextmanager
def run(copy: Checkout) -> Iterator[Service]:
    """Start the service in a copy, with the state of its last run, and stop it on exit."""
    log, env = copy.folder / LOG, {"PORT": str(copy.port), "EMULATOR_PORT": str(copy.emulator_port)}
    with running([sys.executable, "-m", "infra.local"], log=log, env=env, cwd=copy.folder) as process:
        wait_until_listening(copy.port, "the service", alive=process, log=log)
        yield Service(copy.port, process, copy.folder)


def use_queues(copy: Checkout) -> None:
    """Let this process use the table and the queues of the running service."""
    endpoint = f"http://127.0.0.1:{copy.emulator_port}"
    os.environ |= settings_of(outputs_of("local", endpoint), endpoint)
