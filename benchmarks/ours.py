"""Run this service as `make run` does, on free ports of the loopback interface."""

import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import free_port, listens, running, wait_until
from infra.layer import build_layer
from infra.package import BUILD, MINISTACK

ROOT = Path(__file__).parents[1]

#: What `make run` needs of the tree.
NEEDED = ("app.py", "requirements.txt", "chalicelib", "infra", ".chalice")

LOG = "service.log"

#: For the API to finish its requests, and the emulator to write its state.
INTERRUPT_SECONDS = 90.0


@dataclass(frozen=True)
class Service:
    """The running service: where it listens, its first process, and the folder that it runs in."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def pid(self) -> int:
        """The id of the first process."""
        return self.process.pid

    def interrupt(self) -> None:
        """End it as Ctrl-C does; RuntimeError where it did not end in order, so that its state may be lost."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(INTERRUPT_SECONDS)
        if status:
            tail = (self.folder / LOG).read_text(errors="replace")[-2000:]
            raise RuntimeError(f"the service ended with status {status}; the end of its log reads:\n{tail}")


@dataclass(frozen=True)
class Checkout:
    """A copy of what `make run` needs, on ports of its own: its state is kept from one run to the next."""

    folder: Path
    port: int
    emulator_port: int

    @contextlib.contextmanager
    def run(self) -> Iterator[Service]:
        """Start the service, and end it on leaving."""
        log = self.folder / LOG
        env = {"PORT": str(self.port), "EMULATOR_PORT": str(self.emulator_port)}
        with running([sys.executable, "-m", "infra.local"], log=log, env=env, cwd=self.folder) as process:
            wait_until(lambda: listens(self.port), "the service", alive=process, log=log)
            yield Service(self.port, process, self.folder)


def prepare() -> None:
    """Build the layer of native libraries where it is not built yet; raise RuntimeError without the emulator."""
    if not (ROOT / ".venv-emulator").exists():
        raise RuntimeError("the emulator's environment is missing: make .venv-emulator")
    build_layer(MINISTACK.architecture, MINISTACK.python, BUILD / "layers")


@contextlib.contextmanager
def checkout() -> Iterator[Checkout]:
    """Give a copy of the tree without any state, so that an edit meanwhile changes nothing; delete it on leaving."""
    with tempfile.TemporaryDirectory(prefix="service-") as name:
        folder = Path(name)
        _copy_to(folder)
        yield Checkout(folder, free_port(), free_port())


@contextlib.contextmanager
def ours(change: Callable[[Path], None] = lambda _: None) -> Iterator[Service]:
    """Start the service from nothing, in a copy of the tree, and end it on leaving.

    Args:
        change: changes the copy, whose folder it gets, before the service starts.
    """
    with checkout() as copy:
        change(copy.folder)
        with copy.run() as service:
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
