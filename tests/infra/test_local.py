"""`make run`: the processes that it starts and ends, its output, and the state that it keeps."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.infra.broken import broken
from tests.support.checkout import Checkout, Run, make_checkout
from tests.support.emulator_processes import command, descendants, is_running
from tests.support.polling import final_task, until

pytestmark = pytest.mark.emulator

ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Checkout, Run]]:
    """Run `make run` in a copy of its own, for the tests that leave it running."""
    copy = make_checkout(tmp_path_factory.mktemp("started"))
    with copy.run() as run:
        yield copy, run


def start_long_proof(run: Run) -> None:
    """Submit a number whose proof takes long, and wait until a child process of a function computes it."""
    task_id = run.submit("10^1000+453")
    until(lambda: requests.get(run.url + task_id, timeout=30).json()["progress"], "the proof has started")


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.name)
def test_however_it_ends_no_process_continues_to_run_nor_does_a_proof(
    checkout: Checkout, ending: signal.Signals
) -> None:
    with checkout.run(ending) as run:
        start_long_proof(run)
        processes = descendants(run.process.pid)
        assert len(processes) >= 6, "the watchdog, the emulator, a server, a worker, a prover and its child"
    until(lambda: not any(map(is_running, processes)), "all have ended")
    assert run.process.returncode == (-signal.SIGKILL if ending is signal.SIGKILL else 0)


def test_when_the_emulator_is_killed_the_loss_is_reported_and_no_process_continues_to_run(checkout: Checkout) -> None:
    has_former_state = any(checkout.folder.glob(".state/*/*.json"))
    with checkout.run() as run:
        final_task(run.url, run.submit(97))
        processes = descendants(run.process.pid)
        os.kill(run.emulator(), signal.SIGKILL)
        assert run.process.wait(60) == 1
    lost = "The tasks of this run are lost" if has_former_state else "All tasks are lost"
    assert f"MiniStack has ended. {lost}" in run.text()
    until(lambda: not any(map(is_running, processes)), "all have ended")


def test_a_server_that_is_killed_is_started_again(started: tuple[Checkout, Run]) -> None:
    _, run = started
    killed = {pid for pid in descendants(run.process.pid) if "infra.local.server" in command(pid)}
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    until(lambda: _is_healthy(run), "the API is healthy again")


def _is_healthy(run: Run) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{run.url}health", timeout=30).ok
    return False


def test_when_the_disk_is_full_the_state_of_the_previous_run_is_kept_and_the_loss_is_reported(
    checkout: Checkout,
) -> None:
    with checkout.run() as run:
        before = final_task(run.url, run.submit(107))
    with checkout.run() as run:
        lost = final_task(run.url, run.submit(109))
        # The emulator can write no file beyond this size, as if the disk were full.
        resource.prlimit(run.emulator(), resource.RLIMIT_FSIZE, (5_000, 5_000))
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(60) == 1
    assert "make run: The state could not be kept: free some space on the disk." in run.text()
    with checkout.run() as run:
        assert requests.get(run.url + before["task_id"], timeout=30).json() == before
        assert requests.get(run.url + lost["task_id"], timeout=30).json()["status"] != "SUCCESS"


def test_only_its_owner_can_read_the_state(started: tuple[Checkout, Run]) -> None:
    checkout, _ = started
    for folder in (checkout.folder / ".state", checkout.folder / ".state" / str(checkout.emulator_port)):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_api_and_the_functions_write_their_lines_to_files(started: tuple[Checkout, Run]) -> None:
    checkout, run = started
    task_id = run.submit(113)
    final_task(run.url, task_id)
    logs = checkout.folder / ".state" / str(checkout.emulator_port) / "logs"
    for name in ("api.log", "worker.log"):
        file = logs / name
        until(lambda file=file: file.exists() and task_id in file.read_text(), f"{name} has its lines")  # type: ignore[misc]


def test_a_message_that_the_worker_cannot_read_is_logged_and_kept(started: tuple[Checkout, Run]) -> None:
    checkout, run = started
    checkout.send_to_tasks_queue("not a message")
    log = checkout.folder / ".state" / str(checkout.emulator_port) / "logs" / "worker.log"
    until(lambda: log.exists() and "The body is not JSON" in log.read_text(), "the worker has logged it")
    until(lambda: _queued_tasks(run) == 1, "it is in the queue, and no other message is")
    assert final_task(run.url, run.submit(127))["status"] == "SUCCESS"


def _queued_tasks(run: Run) -> int:
    queue = requests.get(f"{run.url}queue", timeout=30).json()["queues"]["tasks"]
    return int(queue["waiting"]) + int(queue["in_flight"])


def test_started_again_it_has_the_tasks_of_the_previous_run(checkout: Checkout) -> None:
    with checkout.run() as run:
        task = final_task(run.url, run.submit(101))
    with checkout.run() as run:
        assert requests.get(run.url + task["task_id"], timeout=30).json() == task
        assert final_task(run.url, run.submit(103))["status"] == "SUCCESS"
        _assert_the_printed_command_works_when_pasted(run)
        _assert_changes_are_served(run, checkout.folder / "app.py")


def _assert_the_printed_command_works_when_pasted(run: Run) -> None:
    line = re.search(r"curl http\S+ -H .*", run.text())
    assert line
    if shutil.which("curl") or "CI" in os.environ:
        response = subprocess.run(["sh", "-c", line[0]], capture_output=True, text=True, timeout=30, check=True)
        assert '"task_id"' in response.stdout


def _assert_changes_are_served(run: Run, app: Path) -> None:
    """Check that a changed file is deployed and served, and that the last correct version is served after a mistake."""
    before = app.read_text()
    changed = before + '\n\n@app.route("/extra", methods=["GET"])\ndef extra() -> str:\n    return "new"\n'
    _save(app, changed)
    until(lambda: run.text().count("the change is served") == 1, "it is served")
    assert requests.get(f"{run.url}extra", timeout=30).text == "new"
    for mistake, reason in (
        ("import no_such_module\n", "No module named 'no_such_module'"),
        ("def (\n", "SyntaxError"),
    ):
        count = run.text().count("not taken over")
        _save(app, mistake)
        until(lambda count=count: run.text().count("not taken over") > count, "the mistake is reported")  # type: ignore[misc]
        assert reason in run.text()
        assert requests.get(f"{run.url}extra", timeout=30).text == "new"
    _save(app, before)
    until(lambda: run.text().count("the change is served") == 2, "the corrected file is served")
    assert requests.get(f"{run.url}extra", timeout=30).status_code == 404
    log = next((app.parent / ".state").glob("*/logs/api.log")).read_text()
    assert '"route":"/extra"' in log, "the earlier lines are kept"


def _save(file: Path, text: str) -> None:
    """Replace a file in one step, as an editor does: half of the text is never seen."""
    written = file.with_suffix(".new")
    written.write_text(text)
    written.replace(file)


@pytest.mark.parametrize("variable", ["PORT", "EMULATOR_PORT"])
def test_a_port_in_use_is_one_line_that_says_how_to_choose_another(checkout: Checkout, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        output = checkout.output_of_failed_start(**{variable: str(port)}).splitlines()
    assert output[-1].startswith(f"make run: Port {port} cannot be used")
    assert f"{variable}={port + 1}" in output[-1]
    assert len(output) <= 2


def test_one_port_for_both_is_refused(checkout: Checkout) -> None:
    output = checkout.output_of_failed_start(PORT="8123", EMULATOR_PORT="8123")
    assert output == "make run: PORT and EMULATOR_PORT are both 8123: choose another with PORT=8124.\n"


def test_a_port_that_is_no_number_is_one_line(checkout: Checkout) -> None:
    output = checkout.output_of_failed_start(PORT="http")
    assert output == "make run: PORT is 'http': set it to a port number, for example PORT=8000.\n"


def test_a_failed_deploy_is_one_line_that_says_what_to_do(checkout: Checkout) -> None:
    resources = checkout.folder / "infra" / "template" / "resources.yaml"
    before = resources.read_text()
    resource = broken(checkout.folder).read_text()
    try:
        resources.write_text(before.replace("Resources:\n", resource, 1))
        output = checkout.output_of_failed_start().splitlines()
    finally:
        resources.write_text(before)
    assert re.match(r"make run: The stack is (UPDATE_)?ROLLBACK_COMPLETE because of Broken: \S", output[-1])
