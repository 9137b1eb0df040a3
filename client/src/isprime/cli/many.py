"""Check a file of numbers, and write its rows with the results as they arrive, in the order of the file."""

from __future__ import annotations

import io
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from isprime.cli import files
from isprime.cli.app import Failure, State
from isprime.cli.rows import Writer
from isprime.client import Client
from isprime.errors import InvalidNumber
from isprime.evaluation import MAX_DIGITS
from isprime.results import Result
from isprime.text import printable
from primes_core.notation.expressions import parse
from primes_core.notation.integers import NotANumber, TooLarge

#: Without the byte order mark, if there is one.
ENCODING = "utf-8-sig"
_DIGITS = re.compile("[0-9]{1,4000}")
HOW_TO_CONTINUE = "Run the same command again to go on: what is finished is not computed again."


@dataclass(slots=True)
class _Counts:
    """How many numbers are done, and what they are."""

    done: int = 0
    primes: int = 0
    unproven: int = 0

    def add(self, result: Result) -> None:
        self.done += 1
        self.primes += result.is_prime
        self.unproven += not result.proven


@dataclass(frozen=True, slots=True)
class Wanted:
    """The requested output: the column of the numbers, the rows, the format."""

    column: str | None = None
    only: str | None = None
    as_json: bool = False
    factors: bool = False
    strict: bool = False


class _Rows:
    """The rows of a file; some wait for their results.

    Attributes:
        waiting: These rows, in the order of the file.
        refused: How many rows are not numbers.
    """

    def __init__(self, source: files.Source, *, strict: bool) -> None:
        self._source = source
        self._strict = strict
        self.waiting: deque[files.Row] = deque()
        self.refused = 0

    def numbers(self) -> Iterator[str]:
        """Yield the numbers that wait since a refusal, then the file's numbers."""
        yield from [row.number for row in self.waiting]
        for row in self._source.rows:
            if fault := _fault(row.number):
                self.refuse(row, fault)
            else:
                self.waiting.append(row)
                yield row.number

    def refuse(self, row: files.Row, fault: str) -> None:
        """Report a row that is not a number.

        Raises:
            Failure: such a row is an error.
        """
        text = f"{self._source.name}, line {row.line}: {printable(fault)}"
        if self._strict:
            raise Failure(text)
        self.refused += 1
        click.echo(text, err=True)


def check_file(client: Client, state: State, file: str | None, wanted: Wanted, arguments: tuple[str, ...] = ()) -> int:
    """Check the numbers of a file, or of standard input for `-`, and write its rows with their results.

    Without a file the arguments are its lines. A line that is not a number is reported, and the others are checked.

    Returns:
        The exit status: 2 if a line is not a number.

    Raises:
        Failure: the file cannot be read; or a line is not a number, and `wanted.strict` is set.
    """
    started = time.monotonic()
    with _opened(file, arguments) as (stream, name, length):
        source = files.read(stream, name, wanted.column)
        writer = Writer(source, as_json=wanted.as_json, factors=wanted.factors)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(writer.header())
        rows, counts = _Rows(source, strict=wanted.strict), _Counts()
        state.how_to_continue = HOW_TO_CONTINUE
        with _progress_bar(length) as show:
            try:
                for row, result in _results(client, rows, counts, wanted, show):
                    if _is_wanted(result, wanted.only):
                        sys.stdout.write(writer.line(row, result))
            finally:
                state.how_to_continue = f"{counts.done:,} numbers are done. {HOW_TO_CONTINUE}"
    if rows.waiting:
        raise Failure(f"{name}, line {rows.waiting[0].line}: there is no result for it.")
    _summarise(counts, source, rows.refused, time.monotonic() - started)
    return 2 if rows.refused else 0


def _results(
    client: Client, rows: _Rows, counts: _Counts, wanted: Wanted, show: Callable[[int], None]
) -> Iterator[tuple[files.Row, Result]]:
    """Yield the rows with their results; if the service refuses a row, the later rows are sent again."""
    while True:
        before = counts.done

        def progress(done: int, before: int = before) -> None:
            sys.stdout.flush()
            show(before + done)

        try:
            for result in client.check_many(rows.numbers(), on_progress=progress, factors=wanted.factors):
                counts.add(result)
                yield rows.waiting.popleft(), result
        except InvalidNumber as error:
            rows.refuse(rows.waiting.popleft(), str(error))
        else:
            return


def _fault(number: str) -> str:
    """Return why a text is not a number, without the service; an empty text if it may be a number."""
    if _DIGITS.fullmatch(number):
        return ""
    try:
        parse(number, MAX_DIGITS)
    except NotANumber as error:
        return f"{number[:40]!r}: {error}"
    except TooLarge:  # the service's limit may be another one
        pass
    return ""


def _is_wanted(result: Result, only: str | None) -> bool:
    if only == "primes":
        return result.is_prime
    return only is None or result.verdict == "composite"


def _summarise(counts: _Counts, source: files.Source, refused: int, seconds: float) -> None:
    unproven = f" ({counts.unproven:,} not proven)" if counts.unproven else ""
    skipped = f"; rows without a number: {source.without_number:,}" if source.without_number else ""
    not_numbers = f"; lines that are not numbers: {refused:,}" if refused else ""
    header = f"; line {source.header_line} is a header" if source.header_line else ""
    found = (
        f"{counts.primes:,} prime{unproven}, {counts.done - counts.primes:,} not prime{skipped}{not_numbers}{header}"
    )
    click.echo(f"{counts.done:,} checked in {seconds:.1f} s: {found}", err=True)


@contextmanager
def _opened(file: str | None, arguments: tuple[str, ...]) -> Iterator[tuple[TextIO, str, int | None]]:
    """Yield a file's text, its name for messages and, if it can be read twice, its number of lines."""
    if file is None:
        yield io.StringIO("\n".join(arguments)), "the arguments", None
        return
    if file == "-":
        text = io.TextIOWrapper(sys.stdin.buffer, encoding=ENCODING)
        try:
            yield text, "standard input", None
        finally:
            text.detach()
        return
    path = Path(file)
    length = _count_lines(path) if path.is_file() else None
    with path.open(encoding=ENCODING) as stream:
        yield stream, file, length


def _count_lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


@contextmanager
def _progress_bar(length: int | None) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error if that is a terminal and the rows are not written to it as well."""
    console = Console(stderr=True)
    if not console.is_terminal or sys.stdout.isatty():
        yield lambda _: None
        return
    count = TextColumn(
        "{task.completed:,.0f} numbers" if length is None else "{task.completed:,.0f} of {task.total:,.0f}"
    )
    columns = (count, BarColumn(), TimeRemainingColumn())
    # Rows are written to standard output directly, and not through the progress bar.
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=length)
        yield lambda done: progress.update(task, completed=done)
