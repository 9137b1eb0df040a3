"""The commands `next` and `previous`: the prime next to each of some numbers."""

from __future__ import annotations

import sys

import click

from isprime import operations
from isprime.cli import display, tasks
from isprime.cli.app import NumberCommand, State
from isprime.client import Client
from isprime.models import Find, Task
from isprime.numbers import to_decimal
from isprime.results import Result


def _command(find: Find, summary: str) -> click.Command:
    """Return the command that writes the primes on one side of numbers."""

    @click.command(
        find,
        cls=NumberCommand,
        help=f"{summary}\n\nWithout a number, or for -, the numbers are the lines of standard input.",
    )
    @click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
    @tasks.json_option
    @tasks.timeout_option
    @click.pass_context
    def command(ctx: click.Context, numbers: tuple[str, ...], *, as_json: bool, timeout: float | None) -> None:
        ctx.exit(_search(ctx.obj, numbers, find, timeout, as_json=as_json))

    return command


next_prime = _command("next", "Write the least prime above each number.")
previous_prime = _command("previous", "Write the greatest prime below each number, which is above 2.")


def _search(state: State, numbers: tuple[str, ...], find: Find, timeout: float | None, *, as_json: bool) -> int:
    """Search for the prime next to each number, and return the exit status for all."""
    if numbers == ("-",) or not (numbers or sys.stdin.isatty()):
        numbers = tuple(line.strip() for line in sys.stdin if line.strip())
    if not numbers:
        raise click.UsageError("Give numbers.")
    with state.client() as client:
        # All are submitted before the first one is waited for.
        ids = [tasks.submit(client, number, find) for number in numbers]
        statuses = [_report(client, tasks.follow(client, state, task_id, timeout), as_json=as_json) for task_id in ids]
    return display.status_of_all(statuses)


def _report(client: Client, task: Task, *, as_json: bool) -> int:
    """Write the prime that a task has found, and return the exit status."""
    result = task.result
    if isinstance(result, Result):
        operations.require_search(client.url, result)
    tasks.write(task, lambda found: to_decimal(found.number), as_json=as_json)
    return display.status_of(task)
