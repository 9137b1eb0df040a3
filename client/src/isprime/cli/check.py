"""The command `check`, which is the default: `isprime NUMBER`. It checks a number or a file of numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from isprime.cli import many, tasks
from isprime.cli.app import NumberCommand, State
from isprime.errors import UnexpectedResponse
from isprime.models import ListResult


@click.command(cls=NumberCommand)
@click.argument("number", required=False)
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Check the numbers of a text, CSV or NDJSON file; - is standard input.",
)
@click.option(
    "--column", metavar="NAME", help="The column or field of the numbers in FILE; a column also by its place."
)
@click.option("--only", type=click.Choice(["primes", "composites"]), help="Write only these rows of FILE.")
@tasks.json_option
@tasks.certificate_option
@tasks.format_option
@click.option("--no-wait", is_flag=True, help="Submit the number, write its task's id and do not wait.")
@tasks.timeout_option
@click.pass_context
def check(  # noqa: PLR0913 - one for each option
    ctx: click.Context,
    number: str | None,
    file: str | None,
    column: str | None,
    only: str | None,
    *,
    as_json: bool,
    certificate: Path | None,
    form: Literal["pari", "primo", "rocq"] | None,
    no_wait: bool,
    timeout: float | None,
) -> None:
    """Check a number, or a file of numbers."""
    state: State = ctx.obj
    if (number is None) == (file is None):
        raise click.UsageError("Give one number, or --file FILE.")
    if file is None and (column or only):
        raise click.UsageError("--column and --only belong to --file.")
    wanted = tasks.certificate_file(certificate, form)
    if file is not None and (certificate or no_wait or timeout is not None):
        raise click.UsageError("--certificate, --no-wait and --timeout belong to a single number.")
    with state.client() as client:
        if file is not None:
            many.check_file(client, state, file, many.Wanted(column, only, as_json))
            return
        assert number is not None
        task_id = client.submit(number)
        if no_wait:
            click.echo(json.dumps({"task_id": task_id}) if as_json else task_id)
            return
        task = tasks.follow(client, state, task_id, timeout)
        if isinstance(task.result, ListResult):
            raise UnexpectedResponse(f"{client.url}: task {task_id} is a list and not one number.")
        ctx.exit(tasks.report(client, state, task, asked=number, as_json=as_json, certificate=wanted))
