"""`make run`: what it starts, what it prints, what it keeps and what it leaves behind."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from infra.package import ROOT
from tests.conftest import free_port
from tests.support.polling import final, until

pytestmark = pytest.mark.emulator

ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]


@dataclass(frozen=True)
class Run:
    """A `make run` under way, in a copy of the tree."""

    process: subprocess.Popen[bytes]
    output: Path
    url: str

    def text(self) -> str:
        return self.output.read_text()


@dataclass(frozen=True)
class House:
    """A copy of what `make run` needs, so that its state and its files are the test's own."""

    folder: Path
    port: int
    emulator_port: int

    @contextmanager
    def run(self, ending: signal.Signals = signal.SIGTERM) -> Iterator[Run]:
        """Start it, wait until it says what to try, and end it by a signal."""
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
        ports = {"PORT": str(self.port), "EMULATOR_PORT": str(self.emulator_port)}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **ports, **settings}
        with output.open("wb") as file:
            command = [sys.executable, "-m", "infra.local"]
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=file, stderr=file)

    def fail(self, **settings: str) -> str:
        """Start it where it cannot and return what it says."""
        output = self.folder / "output"
        assert self.start(output, **settings).wait(60) == 1
        return output.read_text()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder: Path = tmp_path_factory.mktemp("house")
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("chalicelib", "infra", ".chalice"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
    for name in (".venv-emulator", "build"):
        (folder / name).symlink_to(ROOT / name)
    return House(folder, free_port(), free_port())


def descendants(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that they have."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= more
    return found


def is_there(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def submit(run: Run, number: int | str) -> str:
    return str(requests.post(run.url, json={"number": number}, timeout=30).json()["task_id"])


def emulator_of(run: Run) -> int:
    """Return the emulator's process."""
    return next(pid for pid in descendants(run.process.pid) if "ministack_app" in command_line(pid))


def command_line(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def begin_a_long_proof(run: Run) -> None:
    """Submit a number whose proof takes hours, and wait until a function's own child works on it."""
    task_id = submit(run, "10^1000+453")
    until(lambda: requests.get(run.url + task_id, timeout=30).json()["progress"], "the proof is under way")


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.name)
def test_however_it_ends_no_process_stays_nor_does_a_proof_at_work(house: House, ending: signal.Signals) -> None:
    with house.run(ending) as run:
        begin_a_long_proof(run)
        started = descendants(run.process.pid)
        assert len(started) >= 6, "the watchdog, the emulator, a server, a worker, a prover and its child"
    until(lambda: not any(map(is_there, started)), "all have ended")
    assert run.process.returncode == (-signal.SIGKILL if ending is signal.SIGKILL else 0)


def test_when_the_emulator_dies_the_loss_is_told_and_no_process_stays(house: House) -> None:
    with house.run() as run:
        final(run.url, submit(run, 97))
        started = descendants(run.process.pid)
        os.kill(emulator_of(run), signal.SIGKILL)
        assert run.process.wait(60) == 1
    assert "MiniStack has ended. The tasks of this run are lost" in run.text()
    until(lambda: not any(map(is_there, started)), "all have ended")


def test_a_server_that_dies_is_started_again(house: House) -> None:
    with house.run() as run:
        killed = {pid for pid in descendants(run.process.pid) if "infra.server" in command_line(pid)}
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda: _is_healthy(run), "the API is healthy again")


def _is_healthy(run: Run) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{run.url}health", timeout=30).ok
    return False


def test_when_the_disk_is_full_the_state_of_last_time_is_kept_and_the_loss_is_told(house: House) -> None:
    with house.run() as run:
        before = final(run.url, submit(run, 107))
    with house.run() as run:
        lost = final(run.url, submit(run, 109))
        # No file of the emulator's may grow beyond this, as if the disk were full.
        resource.prlimit(emulator_of(run), resource.RLIMIT_FSIZE, (5_000, 5_000))
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(60) == 1
    assert "make run: The state could not be kept: free some space on the disk." in run.text()
    with house.run() as run:
        assert requests.get(run.url + before["task_id"], timeout=30).json() == before
        assert requests.get(run.url + lost["task_id"], timeout=30).json()["status"] != "SUCCESS"


def test_only_its_owner_can_read_the_state(house: House) -> None:
    with house.run():
        for folder in (house.folder / ".state", house.folder / ".state" / str(house.emulator_port)):
            assert folder.stat().st_mode & 0o077 == 0


def test_the_api_and_the_functions_write_their_lines_to_files(house: House) -> None:
    with house.run() as run:
        task_id = submit(run, 113)
        final(run.url, task_id)
        logs = house.folder / ".state" / str(house.emulator_port) / "logs"
        for name in ("api.log", "worker.log"):
            lines = until(lambda file=logs / name: file.exists() and file.read_text(), f"{name} has lines")  # type: ignore[misc]
            assert task_id in str(lines)


def test_started_again_it_has_the_tasks_of_last_time(house: House) -> None:
    with house.run() as run:
        task = final(run.url, submit(run, 101))
    with house.run() as run:
        assert requests.get(run.url + task["task_id"], timeout=30).json() == task
        assert final(run.url, submit(run, 103))["status"] == "SUCCESS"
        _assert_the_line_to_try_works_when_pasted(run)
        _assert_changes_are_taken_over(run, house.folder / "app.py")


def _assert_the_line_to_try_works_when_pasted(run: Run) -> None:
    line = re.search(r"curl http\S+ -H .*", run.text())
    assert line
    if shutil.which("curl") or "CI" in os.environ:
        answer = subprocess.run(["sh", "-c", line[0]], capture_output=True, text=True, timeout=30, check=True)
        assert '"task_id"' in answer.stdout


def _assert_changes_are_taken_over(run: Run, app: Path) -> None:
    """A changed file is deployed and served; with a mistake in it the last good version goes on."""
    before = app.read_text()
    changed = before + '\n\n@app.route("/extra", methods=["GET"])\ndef extra() -> str:\n    return "new"\n'
    app.write_text(changed)
    until(lambda: run.text().count("the change is served") == 1, "it is served")
    assert requests.get(f"{run.url}extra", timeout=30).text == "new"
    for mistake, told in (("import no_such_module\n", "No module named 'no_such_module'"), ("def (\n", "SyntaxError")):
        count = run.text().count("not taken over")
        app.write_text(mistake)
        until(lambda count=count: run.text().count("not taken over") > count, "the mistake is told")  # type: ignore[misc]
        assert told in run.text()
        assert requests.get(f"{run.url}extra", timeout=30).text == "new"
    app.write_text(before)
    until(lambda: run.text().count("the change is served") == 2, "it is mended")
    assert requests.get(f"{run.url}extra", timeout=30).status_code == 404
    log = next((app.parent / ".state").glob("*/logs/api.log")).read_text()
    assert '"route":"/extra"' in log, "the lines of before are still there"


@pytest.mark.parametrize("variable", ["PORT", "EMULATOR_PORT"])
def test_a_port_in_use_is_one_line_that_says_how_to_choose_another(house: House, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = house.fail(**{variable: str(port)}).splitlines()
    assert said[-1].startswith(f"make run: Port {port} cannot be used")
    assert f"{variable}={port + 1}" in said[-1]
    assert len(said) <= 2


def test_one_port_for_both_is_refused(house: House) -> None:
    said = house.fail(PORT="8123", EMULATOR_PORT="8123")
    assert said == "make run: PORT and EMULATOR_PORT are both 8123: choose another with PORT=8124.\n"


def test_a_port_that_is_no_number_is_one_line(house: House) -> None:
    assert house.fail(PORT="http") == "make run: PORT is 'http': set it to a port number, for example PORT=8000.\n"


def test_a_failed_deploy_is_one_line_that_says_what_to_do(house: House) -> None:
    resources = house.folder / "infra" / "resources.yaml"
    before = resources.read_text()
    try:
        resources.write_text(before.replace("BillingMode: PAY_PER_REQUEST", "BillingMode: FREE"))
        said = house.fail().splitlines()
    finally:
        resources.write_text(before)
    assert re.match(r"make run: The stack is (UPDATE_)?ROLLBACK_COMPLETE because of TasksTable: \S", said[-1])
