"""The help texts equal those in tests/snapshots. After a change, UPDATE_SNAPSHOTS=1 pytest writes them again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from isprime import Client, __version__
from isprime.cli import cli

SNAPSHOTS = Path(__file__).parent / "snapshots"
COMMANDS = ["", *sorted(cli.commands)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command or "isprime")
def test_the_help_of_each_command_equals_its_snapshot(command: str) -> None:
    result = CliRunner().invoke(cli, [*command.split(), "--help"], prog_name="isprime")
    assert result.exit_code == 0
    file = SNAPSHOTS / f"{command or 'isprime'}.txt"
    if "UPDATE_SNAPSHOTS" in os.environ:
        file.write_text(result.output)
    assert result.output == file.read_text()


def test_each_snapshot_belongs_to_a_command() -> None:
    assert sorted(file.stem for file in SNAPSHOTS.iterdir()) == sorted(name or "isprime" for name in COMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(cli, ["--version"], prog_name="isprime").output == f"isprime {__version__}\n"


def test_every_method_of_the_client_is_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    methods = [name for name in vars(Client) if not name.startswith("_") and name != "close"]
    assert [name for name in methods if f"`{name}(" not in readme] == [
        name for name in methods if f"`{name}(" not in readme and f"{name}(id" in readme
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_load_its_completion(shell: str) -> None:
    result = CliRunner().invoke(cli, prog_name="isprime", env={"_ISPRIME_COMPLETE": f"{shell}_source"})
    assert "_ISPRIME_COMPLETE" in result.output


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("isprime ver", "verify"), ("isprime --fi", "--file"), ("isprime --file x --on", "--only")],
)
def test_commands_and_options_are_completed(typed: str, offered: str) -> None:
    env = {"_ISPRIME_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    assert offered in CliRunner().invoke(cli, prog_name="isprime", env=env).output
