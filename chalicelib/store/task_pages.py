"""The pages of tasks: their ids by the indexes, what is shown of them by the items, which are always current.

Each shard of an index is read newest first, and all of them are merged.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from chalicelib.concurrently import in_parallel
from chalicelib.store import batches, items, table
from chalicelib.store.table import Item
from chalicelib.store.task_index import FAILED, SHARDS, TASKS, Index, partition, shard_of
from chalicelib.tasks.task import FailedTask, TaskSummary

#: How many entries of a shard are read by one call, and how many items.
ENTRIES, ITEMS = 50, 100
#: A page has looked at no more tasks than this, and reads no further after this time, in seconds.
MAX_TASKS, MAX_SECONDS = 500, 2.0
#: A time before and one after all others.
_FIRST, _LAST = "0", "9"


class TaskCursor(NamedTuple):
    """The place of a task in an index: a time, RFC 3339, and the task."""

    time: str
    task_id: str


class _Entry(NamedTuple):
    time: str
    task_id: str
    source: Index


@dataclass(frozen=True, slots=True)
class Span:
    """The part of an index that is read: the entries of this time, RFC 3339."""

    index: Index
    since: str = _FIRST
    until: str = _LAST


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A page of tasks."""

    tasks: list[TaskSummary]
    #: Where the next page starts, or None.
    next_cursor: TaskCursor | None


def read_page(
    spans: list[Span], caller: str, limit: int, before: TaskCursor | None, matches: Callable[[TaskSummary], bool]
) -> TaskPage:
    """Return a page of a caller's tasks, newest first. Whatever changes between two pages, no task is on both.

    A page is bounded by its tasks, by the tasks that it looked at, and by time: it may be empty, with a next one.

    Args:
        spans: what is read of which index.
        caller: the id of an API key, empty where the API requires none.
        limit: the most tasks of the page.
        before: where the page before ended.
        matches: whether a task is wanted.
    """
    deadline = time.monotonic() + MAX_SECONDS
    entries = _entries(spans, caller, before)
    found: list[TaskSummary] = []
    looked_at = 0
    while batch := list(islice(entries, ITEMS if looked_at else min(ITEMS, limit))):
        read = batches.get_all([entry.task_id for entry in batch], items.SUMMARY)
        for entry in batch:
            item = read.get(entry.task_id)
            task = items.to_summary(item) if item and _is_current(entry, item, spans) else None
            if task and matches(task):
                found.append(task)
            if len(found) == limit:
                is_last = entry is batch[-1] and next(entries, None) is None
                return TaskPage(found, None if is_last else TaskCursor(*entry[:2]))
        looked_at += len(batch)
        if looked_at >= MAX_TASKS or time.monotonic() > deadline:
            return TaskPage(found, TaskCursor(*batch[-1][:2]))
    return TaskPage(found, None)


def find(task_id: str, caller: str) -> TaskSummary | None:
    """Return a task that a caller's pages have, or None."""
    item = batches.get_all([task_id], items.SUMMARY).get(task_id, {})
    is_listed = shard_of(task_id, caller) in {item.get(TASKS.shard), item.get(FAILED.shard)}
    return items.to_summary(item) if is_listed else None


def failed(caller: str, limit: int, before: str | None = None) -> list[FailedTask]:
    """Return a caller's tasks that failed last, newest first.

    Args:
        caller: the id of an API key, empty where the API requires none.
        limit: how many; more where several failed in the same millisecond as the last of them.
        before: only those that failed before this time, RFC 3339.
    """
    condition = f"{FAILED.shard} = :shard" + (f" AND {FAILED.time} < :before" if before else "")
    named = {":before": before} if before else {}
    values = [{":shard": partition(shard, caller), **named} for shard in range(SHARDS)]
    shards = in_parallel([partial(table.query_index, FAILED.name, condition, each, limit) for each in values])
    merged = list(heapq.merge(*shards, key=lambda item: str(item[FAILED.time]), reverse=True))
    page = merged[:limit]
    page += [item for item in merged[limit:] if item[FAILED.time] == page[-1][FAILED.time]]
    return [items.to_failed_task(item) for item in page]


def _is_current(entry: _Entry, item: Item, spans: list[Span]) -> bool:
    """Return whether an entry matches its item: an index may be a moment old.

    Where both indexes are read, a task that failed is where it failed.
    """
    index = FAILED if FAILED.shard in item and FAILED in {span.index for span in spans} else TASKS
    return entry.source == index and item.get(index.time) == entry.time


def _entries(spans: list[Span], caller: str, before: TaskCursor | None) -> Iterator[_Entry]:
    """Yield the entries of all shards, newest first."""
    shards = [
        partial(_read, span.index, partition(shard, caller), span.since) for span in spans for shard in range(SHARDS)
    ]
    untils = [min(span.until, before.time) if before else span.until for span in spans for _ in range(SHARDS)]
    first = in_parallel([partial(read, until) for read, until in zip(shards, untils, strict=True)])
    merged = heapq.merge(*map(_stream, shards, first), reverse=True)
    return (entry for entry in merged if before is None or entry[:2] < before)


def _stream(
    read: Callable[[str], tuple[list[_Entry], str | None]], first: tuple[list[_Entry], str | None]
) -> Iterator[_Entry]:
    found, until = first
    yield from found
    while until is not None:
        found, until = read(until)
        yield from found


def _read(index: Index, shard: str, since: str, until: str, limit: int = ENTRIES) -> tuple[list[_Entry], str | None]:
    """Return entries of a shard up to a time, newest first, and the time to continue from; None at the end."""
    if since > until:  # DynamoDB refuses it
        return [], None
    condition = f"{index.shard} = :shard AND {index.time} BETWEEN :since AND :until"
    values = {":shard": shard, ":since": since, ":until": until}
    read = table.query_index(index.name, condition, values, limit)
    found = sorted((_Entry(item[index.time], item["task_id"], index) for item in read), reverse=True)
    if len(read) < limit:
        return found, None
    last = found[-1].time
    whole = [entry for entry in found if entry.time > last]  # not all of the last time may be read
    return (whole, last) if whole else _read(index, shard, since, until, 2 * limit)
