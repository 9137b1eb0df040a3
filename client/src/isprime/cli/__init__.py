"""The command line."""

import click

from isprime.cli import certificates, check, page, queue, shells, tasks
from isprime.cli.app import cli

COMMANDS = (
    check.check,
    tasks.show,
    tasks.cancel,
    tasks.retry,
    queue.queue,
    certificates.verify,
    page.open_page,
    shells.completion,
)
for command in COMMANDS:
    cli.add_command(command)

__all__ = ["cli", "run"]


def run() -> int:
    """Run the command line of this process, and return its exit status."""
    try:
        return int(cli.main(prog_name="isprime", standalone_mode=False) or 0)
    except click.Abort:
        return 130  # Ctrl-C before the command began
    except click.ClickException as error:
        error.show()
        return max(2, error.exit_code)
