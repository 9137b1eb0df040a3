"""Runs the command, in the process of the tests or in one of its own."""

from __future__ import annotations

import sys

from click.testing import CliRunner, Result

from fake import FakeService
from isprime.cli import cli

#: The command as a process.
COMMAND = [sys.executable, "-m", "isprime"]


def run(*args: str, stdin: str | bytes | None = None) -> Result:
    """Run the command, and check that an error is reported without a traceback."""
    result = CliRunner().invoke(cli, args, prog_name="isprime", input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def submitted(service: FakeService) -> str:
    """Submit 97 and return the id of the task, which does not finish."""
    service.unfinished_reads = 10**6
    return run("97", "--no-wait").stdout.strip()
