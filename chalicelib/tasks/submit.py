"""Submitting a task: what is accepted is in the queue, and nothing is accepted by halves."""

from __future__ import annotations

import contextlib
import hashlib
import time

from chalicelib.errors import IdempotencyKeyReused, ServiceError
from chalicelib.tasks import chunks, ids, queues, records, states, table, times
from chalicelib.tasks.messages import Message, single
from chalicelib.tasks.task import Task


def submit_number(number: int) -> str:
    """Queue a number and return its task's id: one call, since the message is the task's only record."""
    task_id = ids.new_id()
    queues.send(single(task_id, number))
    return task_id


def submit_list(numbers: list[int]) -> str:
    """Queue a list of numbers and return its task's id."""
    messages = chunks.split(ids.new_id(), numbers)
    task_id = messages[0].task_id
    records.create(_new_task(messages, len(numbers)))
    try:
        queues.send_all(messages)
    except ServiceError:
        # Nobody has the id: without its record the chunks that were sent answer to nothing.
        with contextlib.suppress(ServiceError):
            table.delete(task_id)
        raise
    return task_id


def submit_once(numbers: list[int], *, is_list: bool, caller: str, key: str) -> str:
    """Queue a number or a list unless the caller has done so with this key; return the task's id.

    The record comes before the messages. A client that got no answer tries again with the same key: it
    finds the record, and what is still PENDING is sent again, so that a first try that died between the
    two is healed. Raises IdempotencyKeyReused where the key came with other numbers.
    """
    task_id = ids.keyed_id(caller, key)
    messages = chunks.split(task_id, numbers) if is_list else [single(task_id, numbers[0])]
    fingerprint = _fingerprint(messages)
    task = records.create(_new_task(messages, len(numbers) if is_list else 0, fingerprint))
    if task.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            "This Idempotency-Key came with another body before: send that body again, or a new key."
        )
    # Of a list only a part may have been sent, even where that part has failed: without the rest a retry would
    # never end it. A chunk that comes twice is counted once.
    if task.status == states.PENDING or (is_list and task.status not in {states.SUCCESS, states.REVOKED}):
        queues.send_all([message.again(task.retries) for message in messages])
    return task_id


def _new_task(messages: list[Message], total: int, fingerprint: str | None = None) -> Task:
    return Task(
        task_id=messages[0].task_id,
        status=states.PENDING,
        submitted_at=times.rfc3339(time.time()),
        expires_at=records.expiry(),
        fingerprint=fingerprint,
        total=total,
        chunks=len(messages) if total else 0,
        remaining=len(messages) if total else 0,
    )


def _fingerprint(messages: list[Message]) -> str:
    digest = hashlib.sha256(b"list" if messages[0].is_chunk else b"number")
    for message in messages:
        digest.update(message.numbers.encode("ascii") + b" ")
    return digest.hexdigest()
