"""The command `factor`: the prime factors of numbers, or of a file of numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from isprime.cli import display, many, tasks
from isprime.cli.app import NumberCommand, State
from isprime.cli.bases import base_option, in_notation
from isprime.cli.rows import factors_text
from isprime.client import Client
from isprime.models import Task
from isprime.numbers import SIGN, to_decimal
from isprime.results import Result

#: The exit statuses: all primes are proven; one is not; a part is not factored, or there is no result.
PROVEN, NOT_PROVEN, INCOMPLETE = 0, 3, 4


@click.command(cls=NumberCommand)
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@tasks.file_option(help="Factor the numbers of a text, CSV or NDJSON file; - is standard input.")
@click.option("--column", metavar="NAME", help="The column or field of the numbers in FILE.")
@tasks.strict_option
@base_option
@tasks.json_option
@click.option(
    "--certificates",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    metavar="FOLDER",
    help="Write the certificate of each proven prime factor above 2^64 to FOLDER, for `isprime verify`.",
)
@click.option("--known-factor", "known_factors", multiple=True, metavar="P", help="A factor of N or N ± 1; repeatable.")
@click.option("--functions", is_flag=True, help="Write the number and the sum of the divisors, φ, λ and μ, too.")
@tasks.timeout_option
@click.pass_context
def factor(  # noqa: PLR0913 - one for each option
    ctx: click.Context,
    numbers: tuple[str, ...],
    file: str | None,
    column: str | None,
    base: Literal["16", "64"] | None,
    *,
    strict: bool,
    as_json: bool,
    certificates: Path | None,
    functions: bool,
    known_factors: tuple[str, ...],
    timeout: float | None,
) -> None:
    """Find the prime factors of numbers, each proven prime.

    A line has the number and its factors, as of `factor`: 91: 7 13. A part whose factors were not found in time is in
    parentheses. Without numbers they are read from standard input.
    """
    state: State = ctx.obj
    file, numbers = tasks.sources(file, numbers)
    is_list = file is not None or any(SIGN in number for number in numbers)
    if not is_list and (column or strict):
        raise click.UsageError("--column and --strict belong to --file.")
    if is_list and (certificates or functions or timeout is not None or base):
        raise click.UsageError("--base, --certificates, --functions and --timeout belong to numbers, and to no range.")
    if known_factors and (is_list or len(numbers) != 1):
        raise click.UsageError("--known-factor belongs to one number.")
    with state.client() as client:
        if is_list:
            wanted = many.Wanted(column, None, as_json, factors=True, strict=strict)
            ctx.exit(many.check_file(client, state, file, wanted, numbers))
        ids = [
            client.submit(in_notation(number, base), factors=True, known_factors=known_factors) for number in numbers
        ]
        statuses = [
            _report(
                client,
                tasks.follow(client, state, task_id, timeout),
                certificates,
                as_json=as_json,
                functions=functions,
            )
            for task_id in ids
        ]
    ctx.exit(max(statuses))


def _report(client: Client, task: Task, certificates: Path | None, *, as_json: bool, functions: bool) -> int:
    """Write the factors of a task's number, and return the exit status."""
    result = task.result if isinstance(task.result, Result) else None
    tasks.write(task, lambda found: _text(found, functions=functions), as_json=as_json)
    if result is None or task.status != "SUCCESS":
        return INCOMPLETE
    if certificates is not None:
        _write_certificates(client, result, certificates)
    if result.factors is None:  # a number below 2 has none
        return PROVEN
    if not result.complete:
        return INCOMPLETE
    return PROVEN if all(each.proven for each in result.factors) else NOT_PROVEN


def _text(result: Result, *, functions: bool) -> str:
    lines = [f"{to_decimal(result.number)}: {factors_text(result)}".rstrip()]
    if functions:
        for name, value in (result.functions or {}).items():
            text = ("yes" if value else "no") if isinstance(value, bool) else to_decimal(value)
            lines.append(f"  {name.replace('_', ' ')}: {text}")
    return "\n".join(lines)


def _write_certificates(client: Client, result: Result, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for place, each in enumerate(result.factors or (), start=1):
        if each.certificate is not None:
            digits = to_decimal(each.number)
            name = digits if len(digits) <= display.MAX_SHOWN_CHARACTERS else f"{digits[:20]}-{digits[-20:]}"
            text = client.certificate(result.task_id, factor=place)
            (folder / f"{name}.txt").write_text(text, encoding="ascii")
