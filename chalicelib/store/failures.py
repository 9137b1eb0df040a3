"""The messages of failed tasks, which are kept for a retry."""

from __future__ import annotations

import contextlib
from typing import Any

from chalicelib.store import table, task_index
from chalicelib.store.table import Condition, ConditionFailed
from chalicelib.tasks.messages import ChunkMessage, Message, decode, encode


def attributes(message: Message) -> dict[str, Any]:
    """Return the attributes that put a failed task into both indexes, and a number's message with them."""
    item = {task_index.FAILED.shard: task_index.shard_of(message.task_id, message.caller)}
    if isinstance(message, ChunkMessage):  # a list is in the index of tasks since its submission
        return item | task_index.described(message)
    return item | task_index.listed(message) | {"message": encode(message)}


def keep_chunk(message: ChunkMessage) -> None:
    """Keep the message of a failed chunk in the chunk's part.

    The part may have results: they are written before they are counted, and may never have been counted.
    """
    task_id, part, own = message.task_id, message.chunk, {":own": message.expires_at}
    kept = {":message": encode(message)}
    try:
        condition = Condition("expires_at = :own", {}, own)
        table.update(task_id, part, "SET message = :message", kept, condition=condition)
    except ConditionFailed:  # there is none, or that of an expired list with the same id: its results are of others
        replace = "SET message = :message, expires_at = :own REMOVE results"
        condition = Condition("attribute_not_exists(expires_at) OR expires_at < :own", {}, own)
        with contextlib.suppress(ConditionFailed):
            table.update(task_id, part, replace, kept, condition=condition)


def messages(task_id: str) -> list[Message]:
    """Return the messages that a failed task waits for: its own, or its failed chunks' messages."""
    parts = table.parts_with(task_id, "message")
    return [decode(part["message"]) for part in parts if not table.has_expired(part)]
