"""MiniStack, the emulator of AWS that runs without Docker, as a child process."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

from infra import ROOT
from infra.child_processes import STOP_SECONDS, claim, start, stop, wait_until_healthy
from infra.emulator import EMULATOR_KEY, PYTHON
from infra.emulator.disk import Disk
from infra.emulator.saves import Saves
from infra.environment import ONE_ARENA
from infra.errors import InfraError

START_SECONDS = 60
#: Runs whose logs are kept next to those of this one.
KEPT_LOGS = 3
#: For the user to free space when the last save fails.
FREE_SPACE_SECONDS = 900


class Emulator:
    """A context manager that runs MiniStack on loopback and gives its endpoint's URL.

    The state is read from the folder `state` at the start, and saved there while it runs and at the end. With
    `permissions` every call is checked against the policies of the role that makes it, as on AWS; without, all is
    allowed, faster.
    """

    def __init__(self, port: int, state: Path, *, permissions: bool = False) -> None:
        self.port = port
        self.state = state.resolve()
        self.permissions = permissions
        self.url = f"http://127.0.0.1:{port}"
        self.log = self.state / "ministack.log"
        self.saves = Saves(self.state / "saves")
        self._failed = False

    def __enter__(self) -> str:
        """Start it and wait until it responds.

        Raises:
            InfraError: The port is taken, the emulator's environment is not made, the state is damaged, or it ends at
                once.
        """
        if not PYTHON.exists():
            message = f"{PYTHON.relative_to(ROOT)} is not there: `make run` and `make test` make it."
            raise InfraError(message)
        with contextlib.ExitStack() as held:
            self._start(held)
            self._held = held.pop_all()
        return self.url

    def __exit__(self, *_: object) -> None:
        """End it by SIGTERM, and wait until it has saved its state: also while the user frees space for that.

        Raises:
            InfraError: The state could not be saved; the last save is in its place.
        """
        was_running = self.is_running()
        with self._held:
            if was_running:
                self._save_and_end()
        if was_running and self.process.returncode not in {0, -signal.SIGTERM}:
            message = f"The state could not be saved. {self.saves.what_is_kept()} See {self.log}."
            raise InfraError(message)

    def is_running(self) -> bool:
        """Return whether the process has not ended."""
        return self.process.poll() is None

    def require_running(self) -> None:
        """Raise InfraError that says what is lost if the process has ended; report what became of the saves."""
        if not self.is_running():
            message = f"MiniStack has ended. {self.saves.what_is_kept()} See {self.log}, then `make run` again."
            raise InfraError(message)
        self._report_saves()

    def _start(self, held: contextlib.ExitStack) -> None:
        """Start it, with what is to end after it on a stack."""
        held.enter_context(claim(self.port, "EMULATOR_PORT"))
        self.saves.require_whole()
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o700)  # it holds every number that was submitted
        code_of_functions = self.state / "tmp"
        shutil.rmtree(code_of_functions, ignore_errors=True)
        code_of_functions.mkdir()
        held.callback(shutil.rmtree, code_of_functions, ignore_errors=True)
        self._keep_logs()
        Disk(self.state).require_for_start()
        self._reports, write = os.pipe()
        held.callback(os.close, self._reports)
        os.set_blocking(self._reports, False)
        command = [str(PYTHON), "-m", "infra.emulator.ministack_app", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = start([*command, "--report-fd", str(write)], self._environment(), log, [write])
        os.close(write)
        held.callback(stop, self.process, 0)  # it ends itself when it has saved; what it has started may still run
        wait_until_healthy(self.process, f"{self.url}/_ministack/health", START_SECONDS, self.log)

    def _keep_logs(self) -> None:
        """Make an empty folder for logs. The logs of the last runs stay next to it, the latest in `logs.1`."""
        logs = self.state / "logs"
        if logs.exists():
            for log in self.state.glob("*.log"):
                log.replace(logs / log.name)
            shutil.rmtree(self.state / f"logs.{KEPT_LOGS}", ignore_errors=True)
            for number in range(KEPT_LOGS - 1, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    (self.state / f"logs.{number}").rename(self.state / f"logs.{number + 1}")
            logs.rename(self.state / "logs.1")
        logs.mkdir()

    def _save_and_end(self) -> None:
        self.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        may_give_up = False
        with contextlib.suppress(KeyboardInterrupt):
            while self.is_running() and time.monotonic() < deadline:
                time.sleep(0.02)
                self._report_saves()
                if self._failed and not may_give_up:
                    may_give_up = True
                    deadline = time.monotonic() + FREE_SPACE_SECONDS
                    _say("It waits for the space. Ctrl-C ends it without this save.")
                    signal.signal(signal.SIGINT, signal.default_int_handler)

    def _report_saves(self) -> None:
        """Report what the emulator has said of its saves since the last call, if that differs from before."""
        with contextlib.suppress(BlockingIOError):
            for line in os.read(self._reports, 65_536).decode(errors="replace").splitlines():
                outcome, _, reason = line.partition(" ")
                if self._failed is (outcome == "failed"):
                    continue
                self._failed = not self._failed
                megabytes = self.saves.needed_bytes() // 1_000_000 + 1
                _say(
                    f"The state cannot be saved ({reason}): free {megabytes} MB on the disk of {self.state}. It is"
                    f" tried again every few seconds. Until it succeeds: {self.saves.what_is_kept()}"
                    if self._failed
                    else "The state is saved again."
                )

    def _environment(self) -> dict[str, str]:
        # Its function workers inherit all of this, so nothing of the caller's own environment goes in.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.state),
            "TMPDIR": str(self.state / "tmp"),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "STATE_DIR": str(self.state),
            "LOG_LEVEL": "WARNING",
            **ONE_ARENA,
            "LAMBDA_WARM_TTL_SECONDS": "60",  # after it a function keeps one process
            "AUTH": str(self.permissions).lower(),
            "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        }


def _say(line: str) -> None:
    print(line, flush=True)
