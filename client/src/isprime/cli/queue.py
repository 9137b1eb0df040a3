"""The commands `queue` and `tasks`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import get_args

import click

from isprime.cli import display
from isprime.models import Queue, Status
from isprime.summaries import TaskSummary

#: Seconds between two requests of `--watch`.
WATCH_SECONDS = 2.0


@click.command()
@click.option("--watch", is_flag=True, help="Look again every two seconds until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, as the service sends it.")
@click.pass_context
def queue(ctx: click.Context, *, watch: bool, as_json: bool) -> None:
    """Show what the queues hold and the tasks that failed last."""
    with ctx.obj.client() as client:
        _write(client.queue(), as_json=as_json)
        with suppress(KeyboardInterrupt):
            while watch:
                sys.stdout.flush()
                time.sleep(WATCH_SECONDS)
                found = client.queue()
                click.clear()  # only a terminal
                _write(found, as_json=as_json)


@click.command()
@click.option("--status", type=click.Choice(get_args(Status), case_sensitive=False), help="Only tasks of this status.")
@click.option("--queue", "of_queue", metavar="QUEUE", help="Only those of this queue, by its name in `isprime queue`.")
@click.option("--since", metavar="TIME", help="Only those of the last time, such as 15m, 24h or 7d.")
@click.option("--search", metavar="TEXT", help="Only those with this number or this id.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="No more than these.")
@click.option("--json", "as_json", is_flag=True, help="Write a line of JSON for each, as the service sends it.")
@click.pass_context
def tasks(ctx: click.Context, /, *, of_queue: str | None, limit: int, as_json: bool, **wanted: str | None) -> None:
    """Show the tasks that take long or failed.

    The newest comes first.
    """
    with ctx.obj.client() as client:
        found = client.tasks(queue=of_queue and of_queue.replace(" ", "_"), limit=limit, **wanted)
    if as_json:
        sys.stdout.writelines(json.dumps(task.data) + "\n" for task in found)
        return
    rows = [("task", "status", "age", "what", "verdict", "queue", "reason")]
    for task in found:
        what = task.subject or f"{task.finished or 0:,} of {task.total or 0:,} numbers"
        age, queue_name = display.age(task.submitted_at), task.queue.replace("_", " ")
        error = display.shorten(task.error or "")
        rows.append((task.task_id, task.status, age, what, _verdict(task), queue_name, error))
    display.write_table(rows)


def _verdict(task: TaskSummary) -> str:
    if task.primes is not None:
        return f"{task.primes:,} prime"
    verdict = (task.verdict or "").replace("_", " ")
    return f"{verdict}, factors: {task.factors}" if task.factors and verdict == "composite" else verdict


def _write(queue: Queue, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(queue.data) + "\n")
        return
    counts, failed = _rows(queue)
    display.write_table(counts)
    if failed:
        sys.stdout.write("\n")
        display.write_table(failed)


def _rows(queue: Queue) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """Return the rows of the table of the queues, and of the failed tasks; none if there are no such tasks."""
    names = list(dict.fromkeys(name for count in queue.counts.values() for name in count))
    counts: list[Sequence[str]] = [("queue", *(name.replace("_", " ") for name in names))]
    for name, count in queue.counts.items():
        counts.append((name.replace("_", " "), *(_shown(count.get(column)) for column in names)))
    failed: list[Sequence[str]] = [("failed task", "at", "attempts", "reason")] if queue.failed else []
    for task in queue.failed:
        error = display.shorten(str(task.get("error") or ""))
        failed.append((task["task_id"], str(task.get("finished_at") or ""), str(task.get("attempts", "")), error))
    return counts, failed


def _shown(count: float | None) -> str:
    return "" if count is None else f"{count:,}"
