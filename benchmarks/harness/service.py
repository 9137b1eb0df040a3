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

from benchmarks.harness.processes import free_port, listens, running, wait_until
from infra.deploy.outputs import outputs_of, settings_of
from infra.packaging.layer import build_layer
from infra.packaging.package import BUILD, MINISTACK

ROOT = Path(__file__).parents[2]

#: The files of the working tree that `make run` needs.
NEEDED = ("app.py", "requirements.txt", "chalicelib", "primes_core", "infra", ".chalice")

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


@dataclass(frozen=True)
class Checkout:
    """A copy of what `make run` needs, with ports of its own. Its state is kept from one run to the next."""

    folder: Path
    port: int
    emulator_port: int

    @contextlib.contextmanager
    def run(self) -> Iterator[Service]:
        """Start the service, and stop it on exit."""
        log = self.folder / LOG
        env = {"PORT": str(self.port), "EMULATOR_PORT": str(self.emulator_port)}
        with running([sys.executable, "-m", "infra.local"], log=log, env=env, cwd=self.folder) as process:
            wait_until(lambda: listens(self.port), "the service", alive=process, log=log)
            yield Service(self.port, process, self.folder)

    def use_queues(self) -> None:
        """Let this process use the table and the queues of the running service."""
        endpoint = f"http://127.0.0.1:{self.emulator_port}"
        os.environ |= settings_of(outputs_of("local", endpoint), endpoint)


def prepare() -> None:
    """Build the layer of native libraries if it is missing.

    Raises:
        RuntimeError: the emulator's environment is missing.
    """
    if not (ROOT / ".venv-emulator").exists():
        raise RuntimeError("the emulator's environment is missing: make .venv-emulator")
    build_layer(MINISTACK.architecture, MINISTACK.python, BUILD / "layers")


@contextlib.contextmanager
def checkout() -> Iterator[Checkout]:
    """Yield a copy of the working tree without state, which later edits do not change; delete it on exit."""
    with tempfile.TemporaryDirectory(prefix="service-") as name:
        folder = Path(name)
        _copy_to(folder)
        yield Checkout(folder, free_port(), free_port())


@contextlib.contextmanager
def run_service() -> Iterator[Service]:
    """Start the service without state in a copy of the working tree, and stop it on exit."""
    with checkout() as copy, copy.run() as service:
        yield service


def _copy_to(folder: Path) -> None:
    for needed in NEEDED:
        source = ROOT / needed
        if source.is_dir():
            shutil.copytree(source, folder / needed, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / needed)
    shutil.copytree(BUILD / "layers", folder / "build" / "layers")
    (folder / ".venv-emulator").symlink_to(ROOT / ".venv-emulator")
