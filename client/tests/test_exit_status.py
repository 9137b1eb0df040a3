"""The exit statuses 0 and 1 are verdicts: nothing else ends with them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import command
import isprime_command
from isprime import Client, InvalidSetting, Unavailable, exchange
from isprime.cli import cli

pytestmark = pytest.mark.usefixtures("service_url")
ROOT = Path(__file__).parent.parent
PYTHONPATH = f"{ROOT / 'src'}:{ROOT.parent}"
CLOSED = "127.0.0.1:9"


def run(*args: str, code: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command, or Python code before it, in a process of its own."""
    command = ["-m", "isprime"] if code is None else ["-c", f"{code}; import isprime_command; isprime_command.main()"]
    variables = {**os.environ, "PYTHONPATH": PYTHONPATH, **environment}
    return subprocess.run([sys.executable, *command, *args], env=variables, capture_output=True, text=True, check=False)


def assert_one_line(result: subprocess.CompletedProcess[str]) -> None:
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "environment",
    [
        {"all_proxy": f"socks5://{CLOSED}"},
        {"all_proxy": "ftp://x"},
        {"http_proxy": f"http://me:secret@{CLOSED}"},
        {"SSL_CERT_FILE": "/nowhere"},
    ],
    ids=lambda environment: next(iter(environment.values())),
)
def test_an_environment_that_cannot_be_used_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    monkeypatch.setattr(exchange, "MAX_FIRST_CONTACT_SECONDS", 0.0)
    ((name, value),) = environment.items()
    monkeypatch.setenv(name, value)
    result = command.run("97")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.fullmatch(r"Error: [^\n]+\n", result.stderr)
    assert name.upper() in result.stderr
    assert "secret" not in result.stderr


def test_the_client_raises_errors_of_the_package_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_FIRST_CONTACT_SECONDS", 0.0)
    monkeypatch.setenv("ALL_PROXY", "ftp://x")
    with pytest.raises(InvalidSetting, match="ALL_PROXY"):
        Client()
    monkeypatch.setenv("ALL_PROXY", f"http://{CLOSED}")
    with Client("http://service.test") as client, pytest.raises(Unavailable, match=f"of ALL_PROXY=http://{CLOSED}: "):
        client.queue()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Client(f"http://{CLOSED}") as client, pytest.raises(Unavailable) as caught:
        client.queue()
    assert "PROXY" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_result_is_written_in_any_encoding(encoding: str) -> None:
    result = run("1" + "0" * 99, PYTHONIOENCODING=encoding)
    assert (result.returncode, "Error" in result.stderr) == (1, False)


def test_the_units_have_names_in_ascii() -> None:
    text = "7 µs, 20…"
    assert text.encode("ascii", errors="isprime-readable") == b"7 us, 20..."


def test_a_fault_of_the_command_is_one_line_with_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("no\nway\x1b")

    monkeypatch.setattr(Client, "submit", fail)
    monkeypatch.setattr(sys, "argv", ["isprime", "97"])
    with pytest.raises(SystemExit) as ended:
        isprime_command.main()
    message = capsys.readouterr().err
    assert (ended.value.code, message.count("\n")) == (2, 1)
    assert "ZeroDivisionError at test_exit_status.py:" in message
    assert message.rstrip("\n").isprintable()


def test_a_package_that_is_not_installed_is_one_line() -> None:
    assert_one_line(run("97", code="import sys; sys.modules['rich'] = None"))


def test_ctrl_c_before_the_command_begins_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise click.Abort

    monkeypatch.setattr(cli, "make_context", interrupt)
    monkeypatch.setattr(sys, "argv", ["isprime", "verify", "-"])
    with pytest.raises(SystemExit) as ended:
        isprime_command.main()
    assert ended.value.code == 130


def test_a_help_that_cannot_be_written_is_no_verdict() -> None:
    command = [sys.executable, "-m", "isprime"]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*command, "--help"], env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "Error: output: No space left on device\n")
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as closed:  # noqa: PTH123 - a file descriptor
        assert subprocess.run([*command, "--version"], env=environment, stdout=closed, check=False).returncode == 2
