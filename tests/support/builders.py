"""Tasks for tests: submitted through the service, or made for a function that takes one."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.primality.direction import Direction
from chalicelib.service.submit import ListSubmission, NumberSubmission, submit, submit_once
from chalicelib.tasks import chunks, ids, lifetime
from chalicelib.tasks.messages import ChunkMessage, NumberMessage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

#: The fields that every task has.
COMMON: dict[str, Any] = {
    "status": Status.PENDING,
    "submitted_at": "2026-11-24T08:33:22.125Z",
    "expires_at": 1_796_114_003,
}


def submit_number(
    number: int, expression: str | None = None, *, factors: bool = False, find: Direction | None = None
) -> str:
    return submit(NumberSubmission(number, expression, factors, find)).task_id


def submit_list(numbers: list[int], *, factors: bool = False) -> str:
    return submit(ListSubmission(numbers, factors=factors)).task_id


def submit_keyed(numbers: list[int], key: str, *, is_list: bool = False, caller: str = "") -> str:
    """Submit with an Idempotency-Key and return the task's id."""
    return submit_once(ListSubmission(numbers) if is_list else NumberSubmission(numbers[0]), caller, key).task_id


def number_message(number: int = 11, task_id: str | None = None, **fields: Any) -> NumberMessage:
    """Return the message of a number's task, by default of a new one."""
    task_id = task_id or ids.new_id()
    return NumberMessage(task_id, number, **{"expires_at": _expiry(task_id)} | fields)


def chunk_message(task_id: str | None = None, numbers: str = "b", chunk: int = 1, **fields: Any) -> ChunkMessage:
    """Return the message of a chunk, by default of a new list of one chunk."""
    task_id = task_id or ids.new_id()
    defaults = {"chunks": 1, "first": 0, "expires_at": _expiry(task_id)}
    return ChunkMessage(task_id, numbers, chunk, **defaults | fields)


def _expiry(task_id: str) -> int:
    return lifetime.expiry(clock.now() if ids.is_keyed(task_id) else ids.submitted_at(task_id), 7 * 86_400)


def set_chunk_size(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    """Make the chunks of lists have this many numbers."""
    monkeypatch.setattr(chunks, "MAX_CHUNK_NUMBERS", numbers)


def number_task(**fields: Any) -> NumberTask:
    """Return a single number's task that waits, with other fields where they are given."""
    return NumberTask(**COMMON | {"task_id": ids.new_id()} | fields)


def list_task(**fields: Any) -> ListTask:
    """Return the task of a list of ten numbers in three chunks that wait, with other fields where they are given."""
    return ListTask(**COMMON | {"task_id": ids.new_id(), "total": 10, "chunks": 3, "remaining": 3} | fields)
