"""Run this service as `make run` does, with a state of its own, on free ports of the loopback interface."""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import free_port, listens, running, wait_until

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def ours() -> Iterator[tuple[int, int]]:
    """Start the service from nothing; yield its port and the id of its first process; end it on leaving."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        log = Path(folder) / "service.log"
        env = {"PORT": str(port), "EMULATOR_PORT": str(free_port()), "STATE_DIR": f"{folder}/state"}
        with running([sys.executable, "-m", "infra.local"], log=log, env=env, cwd=ROOT) as process:
            wait_until(lambda: listens(port), "the service", alive=process, log=log)
            yield port, process.pid
