"""The command line."""

import click

from isprime.cli import certificates, check, factor, inspect, page, queue, search, shells, tasks, watch
from isprime.cli.app import Failure, cli, discard_output

COMMANDS = (
    check.check,
    factor.factor,
    search.next_prime,
    search.previous_prime,
    inspect.inspect,
    tasks.show,
    tasks.cancel,
    tasks.retry,
    queue.queue,
    queue.tasks,
    watch.watch,
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
    except SystemExit as ended:
        return 2 if ended.code else 0  # click ends with 1 where it cannot write a help
    except OSError as error:
        discard_output()
        Failure(f"output: {error.strerror or error}").show()
        return 2
    except click.ClickException as error:
        error.show()
        return max(2, error.exit_code)
