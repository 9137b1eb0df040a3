"""Results as sentences for people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timezone

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from isprime.models import Task
from isprime.numbers import to_decimal
from isprime.results import ListResult, Result
from isprime.text import printable

#: A longer number is shown by its first and last digits.
MAX_SHOWN_CHARACTERS = 60
#: Exit statuses by verdict.
STATUS = {"prime": 0, "composite": 1, "not_prime": 1, "probable_prime": 3}
NO_RESULT = 4
#: The columns of tables that are aligned on the right.
_NUMBERS = {"waiting", "in flight", "delayed", "expected seconds", "oldest seconds", "attempts", "age"}

_COLOURS = {"prime": "bold green", "probable_prime": "bold yellow", "composite": "bold red", "not_prime": "bold red"}


def write(text: RenderableType) -> None:
    """Write to standard output, with colours if it is a terminal and NO_COLOR is not set."""
    console = Console(file=sys.stdout, highlight=False, soft_wrap=not isinstance(text, Table))
    with console.capture() as capture:
        console.print(text)  # written below, because rich ends the program if the pipe is closed
    sys.stdout.write(capture.get())


def write_table(rows: Sequence[Sequence[str]]) -> None:
    """Write a table, the first row is its head; for a program, its cells are separated by tabs, and no row is cut."""
    if not sys.stdout.isatty():
        sys.stdout.writelines("\t".join(row) + "\n" for row in rows)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(rows[0]):  # the first column is shown whole
        table.add_column(name, no_wrap=not place, justify="right" if name in _NUMBERS else "left")
    for row in rows[1:]:
        table.add_row(*row)
    write(table)


def age(submitted_at: str) -> str:
    """Return how long ago a time of the service was, in a suitable unit."""
    seconds = (datetime.now(timezone.utc) - _moment(submitted_at)).total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def shorten(text: str, unit: str = "characters") -> str:
    """Return a number or a text in the short form that a sentence shows."""
    text = printable(text)
    if len(text) <= MAX_SHOWN_CHARACTERS:
        return text
    return f"{text[:20]}…{text[-20:]} ({len(text):,} {unit})"


def duration(seconds: float) -> str:
    """Return a duration in a suitable unit."""
    if seconds >= 100:
        return f"{seconds / 60:.1f} min"
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


def sentence(result: Result, asked: str | None = None, *, is_final: bool = True) -> Text:
    """Return the verdict on a number, with its proof, factor or base, in one line."""
    text = Text(f"{shorten(asked or result.expression or to_decimal(result.number))} is ")
    time = duration(result.seconds) if result.seconds is not None else "an unknown time"
    if result.computed_at is not None:  # by an earlier task
        time += f" on {result.computed_at[:10]}"
    if result.verdict == "prime":
        return text.append("prime", _COLOURS["prime"]).append(f", proven by {result.method} in {time}")
    if result.verdict == "probable_prime":
        text.append("a probable prime", _COLOURS["probable_prime"])
        return text.append(f": it passed {result.method} in {time}; it is not proven" + ("" if is_final else " yet"))
    if result.verdict == "not_prime":
        return text.append("not prime", _COLOURS["not_prime"]).append(": a prime is greater than 1")
    text.append("composite", _COLOURS["composite"])
    if result.factor is not None:
        return text.append(f": {shorten(to_decimal(result.factor), 'digits')} divides it ({result.method}, {time})")
    if result.base is not None:
        return text.append(f": it fails the strong test to base {shorten(to_decimal(result.base), 'digits')} ({time})")
    return text.append(f" ({result.method}, {time})")


def status_of(task: Task) -> int:
    """Return the exit status for a task."""
    if task.status in {"FAILURE", "REVOKED"}:
        return NO_RESULT
    if isinstance(task.result, Result):
        return STATUS[task.result.verdict]
    return 0 if task.is_final else NO_RESULT


def status_of_all(statuses: list[int]) -> int:
    """Return the exit status for several tasks: 0 only if all are prime, 4 if one has no result."""
    return max(statuses, key=[0, 3, 1, NO_RESULT].index)


def progress_of(task: Task) -> str:
    """Return the status and the progress of a task in words."""
    if task.status == "SUCCESS":
        return "finished"
    if task.status == "FAILURE":
        return f"failed: {task.error or 'no reason is known'}"
    if task.status == "REVOKED":
        return "cancelled"
    return _now(task) + expected(task)


def _now(task: Task) -> str:
    progress = task.progress
    if progress and progress.phase:
        done = f"{progress.done} of {progress.total} {progress.unit}, " if progress.total else ""
        if progress.searched is not None:
            done = f"no prime within {progress.searched:,}, "
        return f"{progress.phase}, {done}{progress.seconds or 0:.0f} s"
    if progress and progress.total:
        return f"{progress.done} of {progress.total} parts are done"
    return {"PENDING": "queued", "RETRY": "waits to be tried again"}.get(task.status, "started")


def expected(task: Task) -> str:
    """Return when an open task is expected to be finished, in the time of this machine's zone."""
    try:
        at = _moment(task.expected_at or "").astimezone()
    except ValueError:  # it is final, or the service does not say it
        return ""
    day = "" if at.date() == datetime.now(timezone.utc).astimezone().date() else f"{at:%Y-%m-%d} "
    return f", {'later than expected, now ' if task.late else ''}expected at {day}{at:%H:%M:%S}"


def describe(task: Task, asked: str | None = None) -> Text:
    """Return a task in one line."""
    if isinstance(task.result, Result) and task.status != "FAILURE":
        text = sentence(task.result, asked, is_final=task.is_final)
        return text if task.status == "SUCCESS" else text.append(f" ({progress_of(task)})")
    if isinstance(task.result, ListResult):
        found = task.result
        counts = f"{found.primes:,} are prime, {found.composites:,} are not"
        return Text(f"A list of {found.total:,} numbers: {counts} ({progress_of(task)})")
    return Text(f"Task {task.task_id}: {progress_of(task)}")
