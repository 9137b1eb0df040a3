"""The pages of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from isprime import fields
from isprime.fields import nullable, value
from isprime.models import Status


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """A task without its result.

    Attributes:
        task_id: Its id.
        status: As that of a `Task`.
        kind: What was submitted: number, list, factorization or search.
        queue: The queue that it is in, or was in last.
        subject: The number as it was sent, shortened; None of a list.
        total: How many numbers a list has, and how many of them are finished; None of others.
        finished: See `total`.
        verdict: As that of a `Result`; None of a list, and of a number without one.
        factors: How many different factors of a number are known; None where they were not asked for.
        primes: How many finished numbers of a list are prime; None of others.
        error: Why its last attempt, or the task, failed.
        submitted_at: When it was submitted.
        data: What the service sent.
    """

    task_id: str = value(fields.task_id)
    status: Status = value(lambda status: fields.one_of(status, get_args(Status)))
    kind: str = value(fields.text)
    queue: str = value(fields.text)
    subject: str | None = nullable(fields.text)
    total: int | None = nullable(fields.count)
    finished: int | None = nullable(fields.count)
    error: str | None = nullable(fields.text)
    submitted_at: str = value(fields.text)
    data: Mapping[str, Any] = value(fields.mapping, repr=False)
    verdict: str | None = nullable(fields.text, default=None)
    factors: int | None = nullable(fields.count, default=None)
    primes: int | None = nullable(fields.count, default=None)


def summaries_from_json(data: Mapping[str, Any]) -> tuple[list[TaskSummary], str | None]:
    """Return the tasks of a page, and the cursor of the next one.

    Raises:
        ValueError, KeyError, TypeError: it is not a page.
    """
    tasks = [fields.record(TaskSummary, {**fields.mapping(task), "data": task}) for task in fields.array(data["tasks"])]
    return tasks, fields.optional(fields.text, data["next"])
