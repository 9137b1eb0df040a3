"""`make run`: what it starts, what it prints, what it keeps and what it leaves behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from infra.package import ROOT
from tests.conftest import free_port
from tests.support.polling import final, until

pytestmark = pytest.mark.emulator


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


def submit(run: Run, number: int) -> str:
    return str(requests.post(run.url, json={"number": number}, timeout=30).json()["task_id"])


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda ending: ending.name)
def test_however_it_ends_no_process_stays(house: House, ending: signal.Signals) -> None:
    with house.run(ending) as run:
        final(run.url, submit(run, 97))
        started = descendants(run.process.pid)
        assert len(started) >= 3, "the emulator, a server and a worker"
    until(lambda: not any(map(is_there, started)), "all have ended")
    assert run.process.returncode == (-signal.SIGKILL if ending is signal.SIGKILL else 0)


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
    """A changed file is served and deployed again; a mistake in it is told and can be mended."""
    before = app.read_text()
    app.write_text(before + '\n\n@app.route("/extra", methods=["GET"])\ndef extra() -> str:\n    return "new"\n')
    until(lambda: run.text().count("deployed in") == 2, "it is deployed again")
    assert requests.get(f"{run.url}extra", timeout=30).text == "new"
    app.write_text("import no_such_module\n")
    until(lambda: "not taken over" in run.text(), "the mistake is told")
    assert "No module named 'no_such_module'" in run.text()
    app.write_text(before)
    until(lambda: run.text().count("deployed in") == 3, "it is mended")
    until(lambda: requests.get(f"{run.url}extra", timeout=30).status_code == 404, "the old code is served again")


@pytest.mark.parametrize("variable", ["PORT", "EMULATOR_PORT"])
def test_a_port_in_use_is_one_line_that_says_how_to_choose_another(house: House, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = house.fail(**{variable: str(port)}).splitlines()
    assert said[-1].startswith(f"make run: Port {port} cannot be used")
    assert f"{variable}={port + 1}" in said[-1]
    assert len(said) <= 2


def test_a_port_that_is_no_number_is_one_line(house: House) -> None:
    assert house.fail(PORT="http") == "make run: PORT is 'http': give it a port's number, for example PORT=8000.\n"


def test_a_failed_deploy_is_one_line_that_says_what_to_do(house: House) -> None:
    resources = house.folder / "infra" / "resources.yaml"
    before = resources.read_text()
    try:
        resources.write_text(before.replace("BillingMode: PAY_PER_REQUEST", "BillingMode: FREE"))
        said = house.fail().splitlines()
    finally:
        resources.write_text(before)
    assert re.match(r"make run: The stack is (UPDATE_)?ROLLBACK_COMPLETE because of TasksTable: \S", said[-1])
