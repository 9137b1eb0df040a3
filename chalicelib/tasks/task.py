"""A task as its record tells it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from chalicelib.tasks import ids, states, times

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What is known about a task; times are RFC 3339, `expires_at` is in seconds since 1970.

    `result` is a single number's, as JSON shows it but for the certificate's address; a list has the counts
    `total`, `chunks`, `remaining`, `primes` and `composites` instead.
    """

    task_id: str
    status: str
    submitted_at: str
    expires_at: int
    attempts: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    error: str | None = None
    result: dict[str, Any] | None = None
    progress: dict[str, Any] | None = None
    retries: int = 0
    fingerprint: str | None = None
    total: int = 0
    chunks: int = 0
    remaining: int = 0
    primes: int = 0
    composites: int = 0

    @property
    def is_list(self) -> bool:
        """Whether the task is a list of numbers."""
        return self.total > 0

    @property
    def is_final(self) -> bool:
        """Whether nothing but a retry can change the task."""
        return self.status in states.FINAL


def waiting(task_id: str, retention_seconds: int) -> Task | None:
    """Return the task of an id that has no record: PENDING while its message can be in a queue, else None."""
    if ids.is_keyed(task_id):
        return None
    submitted = ids.submitted_at(task_id)
    # A clock that is a minute ahead of ours made an honest id; one from next year is a forgery.
    if not -60 < time.time() - submitted < retention_seconds:
        return None
    return Task(task_id, states.PENDING, times.rfc3339(submitted), int(submitted) + retention_seconds)


def from_item(item: Item) -> Task | None:
    """Return the task of a record, or None where it has expired (DynamoDB deletes such items days later)."""
    expires_at = _number(item, "expires_at")
    if expires_at <= time.time():
        return None
    task_id = item["task_id"]["S"]
    chunks, remaining = _number(item, "chunks"), _number(item, "remaining")
    status = item["status"]["S"]
    if chunks:
        status = states.of_list(status, chunks, remaining)
    end = "counted_at" if chunks and status == states.SUCCESS else "finished_at"
    return Task(
        task_id=task_id,
        status=status,
        submitted_at=_text(item, "submitted_at") or times.rfc3339(ids.submitted_at(task_id)),
        expires_at=expires_at,
        attempts=_number(item, "attempts"),
        started_at=_text(item, "started_at"),
        finished_at=_text(item, end) if status in states.FINAL else None,
        error=_text(item, "error") if status in {states.RETRY, states.FAILURE} else None,
        result=_json(item, "result"),
        progress=_json(item, "progress") if status == states.STARTED else None,
        retries=_number(item, "retries"),
        fingerprint=_text(item, "fingerprint"),
        total=_number(item, "total"),
        chunks=chunks,
        remaining=remaining,
        primes=_number(item, "primes"),
        composites=_number(item, "composites"),
    )


def _text(item: Item, name: str) -> str | None:
    value: str | None = item[name]["S"] if name in item else None
    return value


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0


def _json(item: Item, name: str) -> dict[str, Any] | None:
    value: dict[str, Any] | None = json.loads(item[name]["S"]) if name in item else None
    return value
