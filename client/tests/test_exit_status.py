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
from isprime import Client, Unavailable, exchange
from isprime.cli import cli

pytestmark = pytest.mark.usefixtures("service_url")
CLOSED = "127.0.0.1:9"


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


def test_an_error_names_the_proxy_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MAX_FIRST_CONTACT_SECONDS", 0.0)
    monkeypatch.setenv("ALL_PROXY", f"http://{CLOSED}")
    with Client("http://service.test") as client, pytest.raises(Unavailable, match=f"of ALL_PROXY=http://{CLOSED}: "):
        client.queue()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Client(f"http://{CLOSED}") as client, pytest.raises(Unavailable) as caught:
        client.queue()
    assert "PROXY" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_result_is_written_in_any_encoding(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    result = subprocess.run([*command.COMMAND, "1" + "0" * 99], env=environment, capture_output=True, check=False)
    assert (result.returncode, b"Error" in result.stderr) == (1, False)


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
    code = "import sys; sys.modules['rich'] = None; import isprime_command; isprime_command.main()"
    result = subprocess.run([sys.executable, "-c", code, "97"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.fullmatch(r"Error: [^\n]+\n", result.stderr)


def test_ctrl_c_before_the_command_begins_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise click.Abort

    monkeypatch.setattr(cli, "make_context", interrupt)
    monkeypatch.setattr(sys, "argv", ["isprime", "verify", "-"])
    with pytest.raises(SystemExit) as ended:
        isprime_command.main()
    assert ended.value.code == 130


def test_a_help_that_cannot_be_written_is_no_verdict() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*command.COMMAND, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "Error: output: No space left on device\n")
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as closed:  # noqa: PTH123 - a file descriptor
        assert subprocess.run([*command.COMMAND, "--version"], stdout=closed, check=False).returncode == 2
