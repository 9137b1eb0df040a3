"""The commands for one task: show, cancel and retry, and the code that they share with `check`."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

import click
from rich.console import Console

from isprime.cli import display
from isprime.cli.app import Failure, State
from isprime.client import Client
from isprime.errors import InvalidNumber, WaitTimeout
from isprime.models import CertificateFormat, Find, Task
from isprime.results import Result

#: The option for a file of numbers; each command says what it does with them.
file_option = partial(
    click.option, "--file", "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, as the service sends it.")


def _seconds(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Return the seconds that an option has, which are finite."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise click.BadParameter(f"{value.strip()!r} is not a number of seconds, such as 5 or 0.5.")
    return seconds


timeout_option = click.option(
    "--timeout", callback=_seconds, metavar="SECONDS", help="Wait no longer than this for the results."
)
strict_option = click.option("--strict", is_flag=True, help="Stop at the first line of FILE that is not a number.")
quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Write no result: the exit status tells it. Errors are still written."
)
certificate_option = click.option(
    "--certificate",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the certificate of a proven prime to FILE, for `isprime verify`.",
)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(get_args(CertificateFormat)),
    help="The program that reads the certificate, isprime by default; rocq (Coq) makes a theorem of it.",
)
id_argument = click.argument("task_id", metavar="ID")


def sources(file: str | None, numbers: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Return the file and the numbers that a command is given: without any, and for -, standard input is the file."""
    if file is None and (numbers == ("-",) or not (numbers or sys.stdin.isatty())):
        return "-", ()
    if bool(numbers) == (file is not None):
        raise click.UsageError("Give numbers, or --file FILE.")
    return file, numbers


def submit(client: Client, number: str, find: Find | None = None) -> str:
    """Submit one of several numbers and return the task's id; an error says which number it was."""
    try:
        return client.submit(number, find=find)
    except InvalidNumber as error:
        raise Failure(f"{display.shorten(number)}: {error}") from error


def follow(client: Client, state: State, task_id: str, timeout: float | None, started: float | None = None) -> Task:
    """Return a task once it is final or `timeout` has passed since `started`, and show its progress meanwhile."""
    passed = 0.0 if started is None else time.monotonic() - started
    left = None if timeout is None else max(0.0, timeout - passed)
    state.how_to_continue = (
        f"The task goes on: `isprime show {task_id} --wait` waits for it, `isprime cancel {task_id}` ends it."
    )
    console = Console(stderr=True)
    with console.status("queued", spinner="line") as status:
        watch = (lambda task: status.update(display.progress_of(task))) if console.is_terminal else None
        try:
            task = client.wait(task_id, timeout=left, on_progress=watch)
        except WaitTimeout as timeout_error:
            task = timeout_error.task
    if not task.is_final:
        click.echo(f"Not finished after {timeout:g} s. {state.how_to_continue}", err=True)
    state.how_to_continue = ""
    return task


def write(task: Task, line_of: Callable[[Result], str], *, as_json: bool) -> None:
    """Write a task of one number as JSON, or the line of its result; without a result how far it is, on stderr."""
    if as_json:
        sys.stdout.write(json.dumps(task.data) + "\n")
    elif isinstance(task.result, Result) and task.status != "FAILURE":
        sys.stdout.write(line_of(task.result) + "\n")
    else:
        click.echo(f"Task {task.task_id}: {display.progress_of(task)}", err=True)


@dataclass(frozen=True)
class Report:
    """What is written about a task: its result, and the certificate to a file."""

    as_json: bool
    quiet: bool
    certificate: Path | None
    form: CertificateFormat | None

    def __post_init__(self) -> None:
        """Refuse --format without --certificate."""
        if self.certificate is None and self.form is not None:
            raise click.UsageError("--format belongs to --certificate.")


def report(client: Client, state: State, task: Task, wanted: Report, *, asked: str | None) -> int:
    """Write a task and its certificate, and return the exit status."""
    certificate = wanted.certificate
    if wanted.as_json and not wanted.quiet:
        sys.stdout.write(json.dumps(task.data) + "\n")
    elif not wanted.quiet:
        display.write(display.describe(task, asked))
    if certificate and isinstance(task.result, Result) and task.result.certificate is not None:
        state.how_to_continue = f"`isprime show {task.task_id} --certificate FILE` writes the certificate."
        certificate.write_text(client.certificate(task.task_id, form=wanted.form or "isprime"), encoding="ascii")
    elif certificate:
        click.echo(f"There is no certificate; {certificate} is not written.", err=True)
    return display.status_of(task)


@click.command()
@id_argument
@click.option("--wait", is_flag=True, help="Wait until the task is finished.")
@timeout_option
@quiet_option
@json_option
@certificate_option
@format_option
@click.pass_context
def show(  # noqa: PLR0913 - one for each option
    ctx: click.Context,
    task_id: str,
    *,
    wait: bool,
    timeout: float | None,
    quiet: bool,
    as_json: bool,
    certificate: Path | None,
    form: CertificateFormat | None,
) -> None:
    """Show a task: its result, or how far it is."""
    wanted = Report(as_json, quiet, certificate, form)
    with ctx.obj.client() as client:
        waits = wait or timeout is not None
        task = follow(client, ctx.obj, task_id, timeout) if waits else client.task(task_id)
        ctx.exit(report(client, ctx.obj, task, wanted, asked=None))


@click.command()
@id_argument
@json_option
@click.pass_context
def cancel(ctx: click.Context, task_id: str, *, as_json: bool) -> None:
    """Cancel a task that is not finished."""
    with ctx.obj.client() as client:
        task = client.cancel(task_id)
    click.echo(json.dumps(task.data) if as_json else f"Task {task_id} is cancelled.")


@click.command()
@id_argument
@click.pass_context
def retry(ctx: click.Context, task_id: str) -> None:
    """Queue a failed task again."""
    with ctx.obj.client() as client:
        client.retry(task_id)
    click.echo(f"Task {task_id} is queued again: `isprime show {task_id} --wait` waits for it.")
