"""Two sparse indexes of tasks, and what is written to have a task in them.

`tasks` has lists and the numbers that a worker has forwarded, by the time of their submission; `failed` the tasks that
failed, by the time of their failure. A number that a worker finishes is in neither. An index has keys only, so that no
later write of a task writes to it (`failed` has some more attributes, which change with its keys).

A partition key is a shard, because a throttled partition of an index throttles the table's writes, and the caller: a
caller's tasks are those of their own partitions. Source: Amazon DynamoDB Developer Guide, "Understanding global
secondary index (GSI) write throttling and back pressure".
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from chalicelib import clock
from chalicelib.store.table import Item
from chalicelib.tasks import ids
from chalicelib.tasks.messages import ChunkMessage, Message, NumberMessage
from chalicelib.tasks.task import Kind
from primes_core.notation.integers import shortened

#: A partition of an index takes 1,000 writes per second.
SHARDS = 16
#: A longer expression is not shown: the digits of its number are.
MAX_SHOWN_EXPRESSION = 60
#: A search in words, before its number.
SEARCHES = {"next": "next prime after", "previous": "previous prime before"}


class Index(NamedTuple):
    """An index of the table: its name and the attributes that are its keys."""

    name: str
    shard: str
    time: str


TASKS = Index("tasks", "tasks_shard", "submitted_at")
FAILED = Index("failed", "failed_shard", "finished_at")


def shard_of(task_id: str, caller: str) -> str:
    """Return the partition key of a task of a caller, in both indexes."""
    return partition(zlib.crc32(task_id.encode()) % SHARDS, caller)


def partition(shard: int, caller: str) -> str:
    """Return a partition key of a caller; the caller is empty if the API requires no key."""
    return f"{shard}.{caller}" if caller else f"{shard}"


def listed(message: NumberMessage) -> Item:
    """Return the attributes that put a number's task into the index of tasks, and describe it there.

    They do not change, so that a message that comes twice writes nothing to the index.
    """
    task_id = message.task_id
    item = {TASKS.shard: shard_of(task_id, message.caller), **described(message)}
    if not ids.is_keyed(task_id):  # the item of another has its time
        item[TASKS.time] = clock.rfc3339(ids.submitted_at(task_id))
    return item


def described(message: Message) -> Item:
    """Return what a message is about: for a number its kind, the number as it was sent, and its digits, shortened."""
    if isinstance(message, ChunkMessage):
        return {"subject": f"chunk {message.chunk} of {message.chunks}"}
    digits, expression = shortened(message.number), message.expression
    subject = expression if expression and len(expression) <= MAX_SHOWN_EXPRESSION else digits
    kind = Kind.FACTORIZATION if message.factors else Kind.NUMBER
    if message.find is not None:
        kind, subject = Kind.SEARCH, f"{SEARCHES[message.find]} {subject}"
    return {"kind": kind, "subject": subject, "digits": digits}
