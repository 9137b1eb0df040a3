"""The command `check`, which is the default: `isprime NUMBER…`. It checks numbers or a file of numbers."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Literal

import click

from isprime.cli import display, many, tasks
from isprime.cli.app import NumberCommand, State
from isprime.cli.bases import base_option, in_notation
from isprime.client import Client
from isprime.errors import UnexpectedResponse
from isprime.models import CertificateFormat
from isprime.numbers import SIGN, is_about
from isprime.results import ListResult


@click.command(cls=NumberCommand)
@click.argument("numbers", nargs=-1, metavar="[NUMBER]…")
@tasks.file_option(help="Check the numbers of a text, CSV or NDJSON file; - is standard input.")
@click.option(
    "--column", metavar="NAME", help="The column or field of the numbers in FILE; a column also by its place."
)
@click.option("--only", type=click.Choice(["primes", "composites"]), help="Write only these rows of FILE.")
@tasks.strict_option
@base_option
@tasks.json_option
@tasks.certificate_option
@tasks.format_option
@click.option("--no-wait", is_flag=True, help="Submit the number, write its task's id and do not wait.")
@tasks.timeout_option
@tasks.quiet_option
@click.pass_context
def check(  # noqa: PLR0913 - one for each option
    ctx: click.Context,
    numbers: tuple[str, ...],
    file: str | None,
    column: str | None,
    only: str | None,
    base: Literal["16", "64"] | None,
    *,
    strict: bool,
    as_json: bool,
    certificate: Path | None,
    form: CertificateFormat | None,
    no_wait: bool,
    timeout: float | None,
    quiet: bool,
) -> None:
    """Check numbers, or a file of numbers; - is standard input."""
    numbers = tuple(number if number == "-" else in_notation(number.strip(), base) for number in numbers)
    file, numbers = tasks.sources(file, numbers)
    is_list = file is not None or any(SIGN in number for number in numbers)
    if not is_list and (column or only or strict):
        raise click.UsageError("--column, --only and --strict belong to --file.")
    wanted = tasks.Report(as_json, quiet, certificate, form)
    if is_list and (certificate or no_wait or quiet or timeout is not None or base):
        raise click.UsageError(
            "--base, --certificate, --no-wait, --quiet and --timeout belong to numbers that are arguments, not ranges."
        )
    if certificate and len(numbers) > 1:
        raise click.UsageError("--certificate belongs to a single number.")
    state: State = ctx.obj
    with state.client() as client:
        if is_list:
            ctx.exit(many.check_file(client, state, file, many.Wanted(column, only, as_json, strict=strict), numbers))
        # All are submitted before the first one is waited for.
        ids = [client.submit(numbers[0])] if len(numbers) == 1 else [tasks.submit(client, each) for each in numbers]
        if no_wait:
            for task_id in ids:
                click.echo(json.dumps({"task_id": task_id}) if as_json else task_id)
            return
        ctx.exit(_report_all(client, state, dict(zip(ids, numbers, strict=True)), timeout, wanted))


def _report_all(
    client: Client, state: State, asked: dict[str, str], timeout: float | None, wanted: tasks.Report
) -> int:
    """Write the results of tasks in their order, and return the exit status for all; `asked` has their numbers."""
    started = time.monotonic()
    statuses = []
    for task_id, number in asked.items():
        task = tasks.follow(client, state, task_id, timeout, started)
        if isinstance(task.result, ListResult) or (
            task.result is not None and not is_about(number, task.result.number)
        ):
            raise UnexpectedResponse(f"{client.url}: task {task_id} is not about {display.shorten(number)}.")
        statuses.append(tasks.report(client, state, task, wanted, asked=number))
    return display.status_of_all(statuses)
