"""`make run`: the processes that it starts and ends, its output, and how it follows the files."""

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from infra.child_processes import claim
from infra.errors import InfraError
from infra.local import __main__ as command_line
from infra.local import run as local_run
from infra.local.addresses import loopback_addresses
from infra.tools import shell
from tests.support.checkout import Checkout, Run, make_checkout
from tests.support.emulator import children, command, descendants, is_running
from tests.support.polling import final_task, until
from tests.support.servers import free_port

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def running(checkout: Checkout) -> Iterator[Run]:
    """Run `make run` for the tests that leave it running."""
    with checkout.run() as run:
        yield run
    assert run.process.returncode == 0


@pytest.fixture
def logs(running: Run, checkout: Checkout) -> Path:
    """Return the folder of the logs."""
    return checkout.folder / ".state" / str(checkout.emulator_port) / "logs"


def test_a_signal_ends_it_and_all_of_its_processes(tmp_path: Path) -> None:
    copy = make_checkout(tmp_path)
    process = copy.start(copy.folder / "output")
    until(lambda: "packaging" in (copy.folder / "output").read_text(), "the emulator runs")
    processes = descendants(process.pid)
    assert len(processes) >= 2, "the watchdog and the emulator"
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    until(lambda: not any(map(is_running, processes)), "all have ended")


def test_a_signal_whose_exception_is_ignored_ends_it_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ignore(_port: int, _emulator_port: int, is_ending: Callable[[], bool]) -> None:
        with suppress(SystemExit):
            signal.raise_signal(signal.SIGHUP)
        asked.append(is_ending())

    monkeypatch.setattr(command_line, "isolate", lambda: None)
    monkeypatch.setattr(command_line, "run", ignore)
    before = {number: signal.getsignal(number) for number in command_line.ENDING}
    try:
        command_line.main()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert asked == [True]


@pytest.mark.parametrize("killed", ["a copy", "all"])
def test_a_server_that_is_killed_is_started_again(running: Run, killed: str) -> None:
    before = _servers(running)
    chosen = before if killed == "all" else {max(before - children(running.process.pid))}
    for pid in chosen:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(_servers(running) - chosen) == len(before), "there are as many as before")
    until(lambda: _is_healthy(running.url), "the API is healthy again")


def _servers(run: Run) -> set[int]:
    return {pid for pid in descendants(run.process.pid) if "infra.local.server " in command(pid)}


def _is_healthy(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}health", timeout=30).ok
    return False


def test_only_its_owner_can_read_the_state(logs: Path) -> None:
    for folder in (logs.parent, logs.parent.parent):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_api_and_the_functions_write_their_lines_to_files(running: Run, logs: Path) -> None:
    task_id = running.submit(113)
    for file in (logs / "api.log", logs / "worker.log"):
        until(lambda file=file: file.exists() and task_id in file.read_text(), f"{file} has its lines")  # type: ignore[misc]


def test_a_message_that_the_worker_cannot_read_is_logged_and_kept(running: Run, checkout: Checkout, logs: Path) -> None:
    checkout.send_to_tasks_queue("not a message")
    log = logs / "worker.log"
    until(lambda: log.exists() and "The body is not JSON" in log.read_text(), "the worker has logged it")
    until(lambda: _queued_tasks(running) == 1, "it is in the queue, and no other message is")
    assert final_task(running.url, running.submit(127))["status"] == "SUCCESS"


def _queued_tasks(run: Run) -> int:
    queue = requests.get(f"{run.url}queue", timeout=30).json()["queues"]["tasks"]
    return int(queue["waiting"]) + int(queue["in_flight"])


def test_the_printed_command_works_when_pasted(running: Run) -> None:
    line = re.search(r"curl http\S+ -H .*", running.text())
    assert line
    if shutil.which("curl") or "CI" in os.environ:
        response = subprocess.run(["sh", "-c", line[0]], capture_output=True, text=True, timeout=120, check=True)
        assert '"task_id"' in response.stdout


def test_a_changed_file_is_served_and_a_mistake_in_it_is_not(running: Run, checkout: Checkout, logs: Path) -> None:
    app = checkout.folder / "app.py"
    before = app.read_text()
    served, task_id = running.text().count("the change is served"), running.submit(131)
    save(app, "import no_such_module\n")
    until(lambda: "not taken over" in running.text(), "the mistake is reported")
    assert "No module named 'no_such_module'" in running.text()
    assert requests.get(f"{running.url}health", timeout=30).ok
    save(app, before + '\n\n@app.route("/extra", methods=["GET"])\ndef extra() -> str:\n    return "new"\n')
    until(lambda: running.text().count("the change is served") == served + 1, "the corrected file is served")
    assert requests.get(f"{running.url}extra", timeout=30).text == "new"
    assert task_id in (logs / "api.log").read_text(), "the earlier lines are kept"


def test_a_changed_file_of_the_page_is_served_without_a_deploy(running: Run, checkout: Checkout) -> None:
    page = checkout.folder / "chalicelib" / "page" / "index.html"
    deployed, served = (running.text().count(line) for line in ("deployed in", "the change is served"))
    save(page, page.read_text().replace("<title>", "<title>Changed: "))
    until(lambda: "<title>Changed: " in requests.get(running.url, timeout=30).text, "it is served")
    until(lambda: running.text().count("the change is served") == served + 1, "it is reported")
    assert running.text().count("deployed in") == deployed


def save(file: Path, text: str) -> None:
    """Replace a file in one step, as an editor does: half of the text is never seen."""
    written = file.with_suffix(".new")
    written.write_text(text)
    written.replace(file)


def test_chalice_local_in_the_shell_responds_while_logs_change(running: Run, checkout: Checkout) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    environment = shell.environment(f"http://127.0.0.1:{checkout.emulator_port}")
    command = ["bash", "-c", f"chalice local --port {urlsplit(url).port}"]
    with subprocess.Popen(command, cwd=checkout.folder, env=environment, start_new_session=True) as process:
        try:
            until(lambda: _is_healthy(url), "it is healthy")
            # The worker's line is written while this request waits. Chalice's reloader looks every second.
            body, headers = {"number": "10^1000+453"}, {"Prefer": "wait=2"}
            response = requests.post(url, json=body, headers=headers, timeout=30)
            assert requests.delete(url + response.json()["task_id"], timeout=30).ok
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_both_addresses_of_localhost_are_served(running: Run) -> None:
    for host in loopback_addresses():
        with socket.create_connection((host, urlsplit(running.url).port), timeout=30):
            pass


@pytest.mark.parametrize(("variable", "host"), [("PORT", "127.0.0.1"), ("PORT", "::1"), ("EMULATOR_PORT", "127.0.0.1")])
def test_a_port_in_use_is_an_error_that_says_how_to_choose_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, host: str
) -> None:
    if host not in loopback_addresses():
        pytest.skip("there is no IPv6")
    monkeypatch.setattr(local_run, "STATE", tmp_path)
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as taken:
        port = taken.getsockname()[1]
        api, emulator = (port, free_port()) if variable == "PORT" else (free_port(), port)
        with pytest.raises(InfraError, match=rf"^Port {port} cannot be used .* {variable}={port + 1}\.$"):
            local_run.run(api, emulator, lambda: False)


@pytest.mark.parametrize("variable", ["PORT", "EMULATOR_PORT"])
def test_a_port_of_another_run_is_refused_before_that_run_listens(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    monkeypatch.setattr(local_run, "STATE", tmp_path)
    port = free_port()
    api, emulator = (port, free_port()) if variable == "PORT" else (free_port(), port)
    with claim(port, variable), pytest.raises(InfraError, match=rf"^Port {port} cannot be used .* {variable}="):
        local_run.run(api, emulator, lambda: False)


def test_one_port_for_both_is_refused() -> None:
    with pytest.raises(InfraError, match=r"^PORT and EMULATOR_PORT are both 8123: choose another with PORT=8124\.$"):
        local_run.run(8123, 8123, lambda: False)


def test_a_port_that_is_no_number_is_one_line(checkout: Checkout) -> None:
    output = checkout.output_of_failed_start(PORT="http")
    assert output == "make run: PORT is 'http': set it to a port number, for example PORT=8000.\n"
