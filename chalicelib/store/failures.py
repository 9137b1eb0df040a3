"""The failed tasks: what is kept of them for a retry, and the index that lists them.

The index is sparse: only a task that is FAILURE has its partition key. The key is spread over a few values, because
a throttled partition of an index throttles the table's writes. Source: Amazon DynamoDB Developer Guide, "Using write
sharding to distribute workloads evenly".
"""

from __future__ import annotations

import contextlib
import heapq
import zlib
from functools import partial
from typing import Any

from chalicelib.concurrently import in_parallel
from chalicelib.numbers.integers import shortened
from chalicelib.store import items, table
from chalicelib.store.table import Condition, ConditionFailed
from chalicelib.tasks.messages import ChunkMessage, Message, decode, encode
from chalicelib.tasks.task import FailedTask

INDEX = "failed"
#: The index's partition key.
SHARD = "failed_shard"
SHARDS = 8


def attributes(message: Message) -> dict[str, Any]:
    """Return the attributes that put a failed task into the index, and a number's message with them."""
    shard = f"{zlib.crc32(message.task_id.encode()) % SHARDS}"
    if isinstance(message, ChunkMessage):
        return {SHARD: shard, "subject": f"chunk {message.chunk} of {message.chunks}"}
    subject = message.expression if message.expression and len(message.expression) <= 60 else None
    subject = subject or shortened(message.number)
    if message.find is not None:
        subject = f"{message.find} prime of {subject}"
    return {SHARD: shard, "subject": subject, "message": encode(message)}


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
    """Return the messages that a failed task waits for: its own, or those of its failed chunks."""
    parts = table.parts_with(task_id, "message")
    return [decode(part["message"]) for part in parts if not table.has_expired(part)]


def latest(limit: int, before: str | None = None) -> list[FailedTask]:
    """Return the tasks that failed last, newest first.

    Args:
        limit: how many; more where several failed in the same millisecond as the last of them.
        before: only those that failed before this time, RFC 3339.
    """
    condition = f"{SHARD} = :shard" + (" AND finished_at < :before" if before else "")
    values = [{":shard": str(shard)} | ({":before": before} if before else {}) for shard in range(SHARDS)]
    shards = in_parallel([partial(table.query_index, INDEX, condition, each, limit) for each in values])
    merged = list(heapq.merge(*shards, key=lambda item: str(item["finished_at"]), reverse=True))
    page = merged[:limit]
    page += [item for item in merged[limit:] if item["finished_at"] == page[-1]["finished_at"]]
    return [items.to_failed_task(item) for item in page]
