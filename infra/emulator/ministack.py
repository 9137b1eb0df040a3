"""MiniStack, the emulator of AWS that runs without Docker, as a child process."""

import os
import shutil
import signal
from pathlib import Path
from types import TracebackType

from infra import ROOT
from infra.child_processes import STOP_SECONDS, require_free, start, stop, wait_until_healthy
from infra.deploy.cloud import EMULATOR_KEY
from infra.emulator.state import NOT_KEPT
from infra.errors import InfraError

PYTHON = ROOT / ".venv-emulator" / "bin" / "python"

START_SECONDS = 60


class Emulator:
    """A context manager that runs MiniStack on loopback and gives its endpoint's URL.

    The state is read from the folder `state` at the start and written at the end. With `permissions` every call is
    checked against the policies of the role that makes it, as on AWS; without, all is allowed, faster.
    """

    def __init__(self, port: int, state: Path, *, permissions: bool = False) -> None:
        self.port = port
        self.state = state.resolve()
        self.permissions = permissions
        self.url = f"http://127.0.0.1:{port}"
        self.log = self.state / "ministack.log"

    def __enter__(self) -> str:
        """Start it and wait until it responds.

        Raises:
            InfraError: The port is taken, the emulator's environment is not made, or it ends at once.
        """
        if not PYTHON.exists():
            message = f"{PYTHON.relative_to(ROOT)} is not there: `make run` and `make test` make it."
            raise InfraError(message)
        require_free(self.port, "EMULATOR_PORT")
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o700)  # it holds every number that was submitted
        for name in ("tmp", "logs"):
            shutil.rmtree(self.state / name, ignore_errors=True)
            (self.state / name).mkdir()
        self._has_former_state = any(self.state.glob("*.json"))
        with self.log.open("wb") as log:
            self.process = start(self._command(), self._environment(), log)
        try:
            wait_until_healthy(self.process, f"{self.url}/_ministack/health", START_SECONDS, self.log)
        except BaseException:
            stop(self.process)
            raise
        return self.url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it by SIGTERM, the only way that it writes its state.

        Raises:
            InfraError: The state could not be written; that of the run before is in its place.
        """
        if not self.is_running():
            stop(self.process)  # what it has started may still run
            return
        stop(self.process, STOP_SECONDS)
        if self.process.returncode in {NOT_KEPT, -signal.SIGKILL}:
            message = f"The state could not be kept: free some space on the disk. {self._loss()} See {self.log}."
            raise InfraError(message)

    def is_running(self) -> bool:
        """Return whether the process has not ended."""
        return self.process.poll() is None

    def require_running(self) -> None:
        """Raise InfraError that says what is lost if the process has ended."""
        if not self.is_running():
            message = f"MiniStack has ended. {self._loss()} See {self.log}, then `make run` again."
            raise InfraError(message)

    def _loss(self) -> str:
        if self._has_former_state:
            return "The tasks of this run are lost; the state that the run before left is kept."
        return "All tasks are lost."

    def _command(self) -> list[str]:
        # Under uvicorn a call costs half of what it costs under MiniStack's own server.
        app = ("--app-dir", str(ROOT), "infra.emulator.ministack_app:app")
        place = ("--host", "127.0.0.1", "--port", str(self.port))
        fast = ("--http", "httptools", "--loop", "uvloop", "--no-proxy-headers", "--no-access-log")
        quiet = ("--log-level", "warning")
        return [str(PYTHON), "-m", "uvicorn", *app, *place, *fast, *quiet]

    def _environment(self) -> dict[str, str]:
        # Its function workers inherit all of this, so nothing of the caller's own environment goes in.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.state),
            "TMPDIR": str(self.state / "tmp"),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state / "s3"),
            "LOG_LEVEL": "WARNING",
            "AUTH": str(self.permissions).lower(),
            "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        }
