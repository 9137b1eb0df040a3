"""Run this service as `make run` does, on free ports of the loopback interface."""

import contextlib
import shutil
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


@dataclass(frozen=True)
class Service:
    """The running service: where it listens, its first process, and the folder that it runs in."""

    port: int
    pid: int
    folder: Path


def prepare() -> None:
    """Build the layer of native libraries where it is not built yet; raise RuntimeError without the emulator."""
    if not (ROOT / ".venv-emulator").exists():
        raise RuntimeError("the emulator's environment is missing: make .venv-emulator")
    build_layer(MINISTACK.architecture, MINISTACK.python, BUILD / "layers")


@contextlib.contextmanager
def ours(change: Callable[[Path], None] = lambda _: None) -> Iterator[Service]:
    """Start the service from nothing and end it on leaving.

    It runs in a copy of the tree, so that its state is its own and an edit meanwhile changes nothing.

    Args:
        change: changes the copy, whose folder it gets, before the service starts.
    """
    with tempfile.TemporaryDirectory(prefix="service-") as name:
        folder = Path(name)
        _copy_to(folder)
        change(folder)
        port, log = free_port(), folder / "service.log"
        env = {"PORT": str(port), "EMULATOR_PORT": str(free_port())}
        with running([sys.executable, "-m", "infra.local"], log=log, env=env, cwd=folder) as process:
            wait_until(lambda: listens(port), "the service", alive=process, log=log)
            yield Service(port, process.pid, folder)


def _copy_to(folder: Path) -> None:
    for needed in NEEDED:
        source = ROOT / needed
        if source.is_dir():
            shutil.copytree(source, folder / needed, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / needed)
    shutil.copytree(BUILD / "layers", folder / "build" / "layers")
    (folder / ".venv-emulator").symlink_to(ROOT / ".venv-emulator")
