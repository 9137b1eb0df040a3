"""The pages of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from isprime import fields
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

    task_id: str
    status: Status
    kind: str
    queue: str
    subject: str | None
    total: int | None
    finished: int | None
    verdict: str | None
    factors: int | None
    primes: int | None
    error: str | None
    submitted_at: str
    data: Mapping[str, Any] = field(repr=False)

    @classmethod
    def from_json(cls, data: object) -> TaskSummary:
        """Return the summary from a part of a response's JSON.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        read = fields.mapping(data)
        return cls(
            task_id=fields.task_id(read["task_id"]),
            status=fields.one_of(read["status"], get_args(Status)),
            kind=fields.text(read["kind"]),
            queue=fields.text(read["queue"]),
            subject=fields.optional(fields.text, read["subject"]),
            total=fields.optional(fields.count, read["total"]),
            finished=fields.optional(fields.count, read["finished"]),
            verdict=fields.optional(fields.text, read.get("verdict")),
            factors=fields.optional(fields.count, read.get("factors")),
            primes=fields.optional(fields.count, read.get("primes")),
            error=fields.optional(fields.text, read["error"]),
            submitted_at=fields.text(read["submitted_at"]),
            data=read,
        )


def summaries_from_json(data: Mapping[str, Any]) -> tuple[list[TaskSummary], str | None]:
    """Return the tasks of a page, and the cursor of the next one.

    Raises:
        ValueError, KeyError, TypeError: it is not a page.
    """
    tasks = [TaskSummary.from_json(task) for task in fields.array(data["tasks"])]
    return tasks, fields.optional(fields.text, data["next"])
