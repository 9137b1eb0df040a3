"""`make run`: the processes that it starts and ends, its output, and how it follows the files."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from chalice.cli.filewatch.eventbased import WatchdogRestarter
from chalice.cli.filewatch.stat import StatFileWatcher
from watchdog.events import FileModifiedEvent

from infra import ROOT
from infra.child_processes import claim, loopback_addresses
from infra.deploy.outputs import outputs_of, settings_of
from infra.emulator.ministack import Emulator
from infra.errors import InfraError
from infra.local import __main__ as command_line
from infra.local import chalice_command
from infra.local import run as local_run
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
    # The library setproctitle, where another package has installed it, lets granian change its name.
    names = ("infra.local.server ", "granian ")
    return {pid for pid in descendants(run.process.pid) if command(pid).startswith(names) or names[0] in command(pid)}


def _is_healthy(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}health", timeout=30).ok
    return False


def test_only_its_owner_can_read_the_state(logs: Path) -> None:
    assert logs.parent.stat().st_mode & 0o077 == 0


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
    reason = "not taken over: chalice package failed: ModuleNotFoundError: No module named 'no_such_module'"
    until(lambda: reason in running.text(), "the mistake is reported")
    assert requests.get(f"{running.url}health", timeout=30).ok
    save(app, before + '\n\n@app.route("/extra", methods=["GET"])\ndef extra() -> str:\n    return "new"\n')
    until(lambda: running.text().count("the change is served") == served + 1, "the corrected file is served")
    assert requests.get(f"{running.url}extra", timeout=30).text == "new"
    assert task_id in (logs / "api.log").read_text(), "the earlier lines are kept"


def test_a_changed_file_of_the_page_is_served_at_once_without_a_deploy(running: Run, checkout: Checkout) -> None:
    script = checkout.folder / "chalicelib" / "page" / "app.js"
    deployed, served = (running.text().count(line) for line in ("deployed in", "the change is served"))
    save(script, f"{script.read_text()}// changed\n")
    assert requests.get(f"{running.url}page/app.js", timeout=30).text == script.read_text()
    until(lambda: running.text().count("the change is served") == served + 1, "it is reported")
    assert running.text().count("deployed in") == deployed


def save(file: Path, text: str) -> None:
    """Replace a file in one step, as an editor does: half of the text is never seen."""
    written = file.with_suffix(".new")
    written.write_text(text)
    written.replace(file)


def test_chalice_local_serves_the_api_of_a_run(running: Run, checkout: Checkout) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    config = checkout.folder / ".chalice" / "config.json"
    save(config, config.read_text().replace(":4566", f":{checkout.emulator_port}"))
    chalice = [
        str(Path(sys.executable).with_name("chalice")),
        "local",
        "--no-autoreload",
        "--port",
        str(urlsplit(url).port),
    ]
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(chalice, cwd=checkout.folder, env=environment, start_new_session=True) as process:
        try:
            until(lambda: _is_healthy(url), "it is healthy")
            response = requests.post(url, json={"number": 97}, headers={"Prefer": "wait=20"}, timeout=30)
            assert response.json()["status"] == "SUCCESS"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    assert final_task(running.url, response.json()["task_id"])["status"] == "SUCCESS"


def test_chalice_local_restarts_for_a_changed_source_and_for_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chalice_command, "ROOT", tmp_path)
    for watcher, name in ((StatFileWatcher, "_single_pass_poll"), (WatchdogRestarter, "on_any_event")):
        monkeypatch.setattr(watcher, name, getattr(watcher, name))
    chalice_command.watch_sources()
    for name, is_restarted in (("api.log", False), ("app.py", True), ("build.py", False)):
        (tmp_path / name).touch()
        event = threading.Event()
        WatchdogRestarter(event).on_any_event(FileModifiedEvent(name))
        assert event.is_set() == is_restarted
    (tmp_path / "app.py").unlink()
    StatFileWatcher()._single_pass_poll("", event.set)
    assert event.is_set()


def test_the_environment_of_chalice_local_is_that_of_the_local_stack(running: Run, checkout: Checkout) -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    text = json.dumps(config["environment_variables"]).replace(":4566", f":{checkout.emulator_port}")
    endpoint = f"http://127.0.0.1:{checkout.emulator_port}"
    assert json.loads(text) == settings_of(outputs_of("local", endpoint), endpoint)


def test_the_logs_of_the_last_three_runs_are_kept(tmp_path: Path) -> None:
    emulator = Emulator(free_port(), tmp_path)
    for number in range(5):
        emulator._keep_logs()
        (tmp_path / "logs" / "api.log").write_text(str(number))
    kept = {folder.name: (folder / "api.log").read_text() for folder in tmp_path.iterdir()}
    assert kept == {"logs": "4", "logs.1": "3", "logs.2": "2", "logs.3": "1"}


def test_clients_that_wait_do_not_keep_out_those_that_do_not(running: Run) -> None:
    task_id = running.submit("10^9000+1")
    head = f"GET /{task_id} HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=25\r\n\r\n".encode()
    with ExitStack() as clients:
        for _ in range(400):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", urlsplit(running.url).port), 30))
            client.sendall(head)
        # Half of the requests that a process works on may wait. The others of the burst have their responses soon.
        until(lambda: _is_healthy(running.url), "it is healthy while they wait")
    requests.delete(running.url + task_id, timeout=30)


def test_a_refusal_reaches_a_client_that_sends_a_large_body_and_memory_is_bounded(running: Run) -> None:
    def size() -> int:
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _servers(running))
        return pages * resource.getpagesize()

    before = size()
    with ThreadPoolExecutor(16) as clients:
        posts = [clients.submit(requests.post, running.url, data=b"0" * 20_000_000, timeout=60) for _ in range(64)]
        statuses = {post.result().status_code for post in posts}
    assert statuses == {413}
    assert size() - before < 300_000_000


def test_no_other_process_can_listen_on_the_other_address_of_localhost(running: Run) -> None:
    port = urlsplit(running.url).port
    for host in loopback_addresses():
        with pytest.raises(OSError, match="in use"), socket.create_server((host, port), family=_family(host)):
            pass


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


@pytest.mark.parametrize(("variable", "host"), [("PORT", "127.0.0.1"), ("PORT", "::1"), ("EMULATOR_PORT", "127.0.0.1")])
def test_a_port_in_use_is_an_error_that_says_how_to_choose_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, host: str
) -> None:
    if host not in loopback_addresses():
        pytest.skip("there is no IPv6")
    monkeypatch.setattr(local_run, "STATE", tmp_path)
    with socket.create_server((host, 0), family=_family(host)) as taken:
        port = taken.getsockname()[1]
        api, emulator = (port, free_port()) if variable == "PORT" else (free_port(), port)
        with pytest.raises(InfraError, match=rf"^Port {port} cannot be used .* {variable}={port + 1}\.$"):
            local_run.run(api, emulator, lambda: False)


def test_a_port_of_another_run_is_refused_before_that_run_listens() -> None:
    port = free_port()
    with claim(port, "PORT"), pytest.raises(InfraError, match=rf"^Port {port} cannot be used "), claim(port, "PORT"):
        pass


def test_one_port_for_both_is_refused() -> None:
    with pytest.raises(InfraError, match=r"^PORT and EMULATOR_PORT are both 8123: choose another with PORT=8124\.$"):
        local_run.run(8123, 8123, lambda: False)


def test_a_port_that_is_no_number_is_one_line(checkout: Checkout) -> None:
    output = checkout.output_of_failed_start(PORT="http")
    assert output == "make run: PORT is 'http': set it to a port number, for example PORT=8000.\n"
