"""The command says what it is, and a shell can complete it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from isprime.cli import cli


@pytest.mark.parametrize("command", ["", *sorted(cli.commands)], ids=lambda command: command or "isprime")
def test_each_command_has_a_help_that_fits_a_terminal(command: str) -> None:
    result = CliRunner().invoke(cli, [*command.split(), "--help"], prog_name="isprime")
    assert result.output.startswith(f"Usage: isprime {command}".rstrip())
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_h_is_help() -> None:
    assert CliRunner().invoke(cli, ["-h"]).output == CliRunner().invoke(cli, ["--help"]).output
    assert "Usage: isprime show" in CliRunner().invoke(cli, ["show", "-h"], prog_name="isprime").output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_load_its_completion(shell: str) -> None:
    result = CliRunner().invoke(cli, ["completion", shell], prog_name="isprime")
    assert "_ISPRIME_COMPLETE" in result.output


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("isprime ver", "verify"), ("isprime --fi", "--file"), ("isprime --file x --on", "--only")],
)
def test_commands_and_options_are_completed(typed: str, offered: str) -> None:
    env = {"_ISPRIME_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    assert offered in CliRunner().invoke(cli, prog_name="isprime", env=env).output
