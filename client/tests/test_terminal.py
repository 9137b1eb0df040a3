"""The command as a process: with a terminal, a closed pipe, Ctrl-C, and outages of the service."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from command import COMMAND
from fake import FakeService, problem


@pytest.fixture(autouse=True)
def environment(service_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Describe the terminal, and use an empty working folder."""
    assert service_url
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


def numbers(count: int) -> Path:
    """Return a file with `count` numbers."""
    file = Path("numbers.txt")
    file.write_text("".join(f"{n}\n" for n in range(count)))
    return file


def on_terminal(*args: str, output: Path | None = None) -> tuple[int, str]:
    """Run the command with standard error on a terminal, and standard output too if there is no `output` file."""
    master, slave = pty.openpty()
    with output.open("w") if output else os.fdopen(os.dup(slave), "w") as stdout:
        process = subprocess.Popen([*COMMAND, *args], stdin=slave, stdout=stdout, stderr=slave)
    os.close(slave)
    shown = b"".join(_until_closed(master))
    os.close(master)
    return process.wait(timeout=30), shown.decode()


def _until_closed(master: int) -> Iterator[bytes]:
    while True:
        try:
            block = os.read(master, 65_536)
        except OSError:  # Linux raises EIO if the other side is closed
            return
        if not block:
            return
        yield block


def test_the_progress_and_an_outage_show_while_the_rows_go_to_a_file(service: FakeService) -> None:
    service.failures.extend([None, None, problem(503, "The table does not respond.", Retry_After="1")])
    output = Path("out.txt")
    status, shown = on_terminal("--file", str(numbers(12_000)), output=output)
    assert status == 0
    assert [line.split("\t")[0] for line in output.read_text().splitlines()] == [str(n) for n in range(12_000)]
    assert "of 12,000" in shown
    assert "12,000 checked in" in shown
    assert "The service does not respond (503: The table does not respond); trying again.\r\n" in shown
    assert "\tprime" not in shown


def test_no_progress_bar_shows_where_the_rows_go_to_the_terminal() -> None:
    _, shown = on_terminal("--file", str(numbers(20)))
    assert "19\tprime" in shown
    assert "of 20" not in shown


def test_a_terminal_has_colours_and_no_color_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", on_terminal("7")[1])
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b[1;32mprime\x1b[0m" in on_terminal("7")[1]


def test_a_closed_pipe_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "--file", str(numbers(30_000))], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "0\tnot_prime\n"
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=30) == 128 + signal.SIGPIPE


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch, unbuffered: str) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([*COMMAND, "7"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    assert (run.returncode, run.stderr) == (2, "Error: output: No space left on device\n")


def test_with_a_closed_standard_output_the_exit_status_is_that_of_the_result() -> None:
    run = subprocess.run(["sh", "-c", f"{' '.join(COMMAND)} 91 >&-"], stderr=subprocess.PIPE, timeout=30, check=False)
    assert (run.returncode, run.stderr) == (1, b"")


@pytest.mark.parametrize("args", ["--file -", "verify -"])
def test_a_closed_standard_input_is_empty(args: str) -> None:
    closed = ["sh", "-c", f"{' '.join(COMMAND)} {args} <&-"]
    run = subprocess.run(closed, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    assert run.stderr.count("\n") == 1
    assert "0 checked" in run.stderr or "not a certificate" in run.stderr


def test_ctrl_c_leaves_complete_rows_and_the_same_command_continues(service: FakeService) -> None:
    file, hold, release = numbers(30_000), threading.Event(), threading.Event()

    def third_list_waits(request: object) -> None:
        if len(service.calls("GET", "/results")) == 3:
            hold.set()
            release.wait(30)

    service.on_request = third_list_waits
    with subprocess.Popen(
        [*COMMAND, "--file", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        reader = threading.Thread(target=hold.wait, args=(30,))
        reader.start()
        rows = [process.stdout.readline() for _ in range(20_000)] if process.stdout else []
        reader.join()
        process.send_signal(signal.SIGINT)
        rest, message = process.communicate(timeout=30)
        release.set()
    assert process.returncode == 130
    assert (len(rows), rest) == (20_000, "")
    assert "20,000 numbers are done. Run the same command again to go on" in message
    before = len(service.tasks)
    service.on_request = lambda _: None
    again = subprocess.run([*COMMAND, "--file", str(file)], capture_output=True, text=True, timeout=60, check=True)
    assert again.stdout.splitlines(keepends=True)[:20_000] == rows
    assert len(again.stdout.splitlines()) == 30_000
    assert before == 3
    assert len(service.tasks) == 3
