"""The commands `next` and `previous`: the prime next to each of some numbers."""

from __future__ import annotations

import json
import sys

import click

from isprime import operations
from isprime.cli import display, tasks
from isprime.cli.app import Failure, NumberCommand, State
from isprime.client import Client
from isprime.errors import InvalidNumber
from isprime.models import Find, Result, Task
from isprime.numbers import to_decimal

numbers_argument = click.argument("numbers", nargs=-1, metavar="[NUMBER]...")


@click.command("next", cls=NumberCommand)
@numbers_argument
@tasks.json_option
@tasks.timeout_option
@click.pass_context
def next_prime(ctx: click.Context, numbers: tuple[str, ...], *, as_json: bool, timeout: float | None) -> None:
    """Write the least prime above each number.

    Without a number, or for -, the numbers are the lines of standard input.
    """
    ctx.exit(_search(ctx.obj, numbers, "next", timeout, as_json=as_json))


@click.command("previous", cls=NumberCommand)
@numbers_argument
@tasks.json_option
@tasks.timeout_option
@click.pass_context
def previous_prime(ctx: click.Context, numbers: tuple[str, ...], *, as_json: bool, timeout: float | None) -> None:
    """Write the greatest prime below each number, which is above 2.

    Without a number, or for -, the numbers are the lines of standard input.
    """
    ctx.exit(_search(ctx.obj, numbers, "previous", timeout, as_json=as_json))


def _search(state: State, numbers: tuple[str, ...], find: Find, timeout: float | None, *, as_json: bool) -> int:
    """Search for the prime next to each number, and return the exit status for all."""
    if numbers == ("-",) or not (numbers or sys.stdin.isatty()):
        numbers = tuple(line.strip() for line in sys.stdin if line.strip())
    if not numbers:
        raise click.UsageError("Give numbers.")
    with state.client() as client:
        # All are submitted before the first one is waited for.
        ids = [_submit(client, number, find) for number in numbers]
        statuses = [_report(client, tasks.follow(client, state, task_id, timeout), as_json=as_json) for task_id in ids]
    return display.status_of_all(statuses)


def _submit(client: Client, number: str, find: Find) -> str:
    try:
        return client.submit(number, find=find)
    except InvalidNumber as error:
        raise Failure(f"{display.shorten(number)}: {error}") from error


def _report(client: Client, task: Task, *, as_json: bool) -> int:
    """Write the prime that a task has found, and return the exit status."""
    result = task.result
    if isinstance(result, Result):
        operations.require_search(client.url, result)
    if as_json:
        sys.stdout.write(json.dumps(task.data) + "\n")
    elif isinstance(result, Result) and task.status != "FAILURE":
        sys.stdout.write(to_decimal(result.number) + "\n")
    else:
        click.echo(f"Task {task.task_id}: {display.progress_of(task)}", err=True)
    return display.status_of(task)
