"""The results of a list's chunks, written and counted by consumers; list_pages.py reads them."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib import clock
from chalicelib.store import result_codec, table
from chalicelib.store.table import Condition, ConditionFailed
from chalicelib.tasks.messages import ChunkMessage
from chalicelib.tasks.status import Status


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list whose chunks are still to be screened."""

    expires_at: int
    #: The chunks that are counted.
    counted: frozenset[int]

    def needs(self, message: ChunkMessage) -> bool:
        """Return whether a chunk still needs screening: it is not counted, and not of an expired list with its id."""
        return message.expires_at == self.expires_at and message.chunk not in self.counted


def read_open(task_id: str) -> OpenList | None:
    """Return a list unless it was cancelled or has expired."""
    item = table.get(task_id, table.TASK)
    if item is None or item["status"] == Status.REVOKED or table.has_expired(item):
        return None
    return OpenList(int(item["expires_at"]), frozenset(map(int, item.get("done", ()))))


def is_needed(message: ChunkMessage) -> bool:
    """Return whether a chunk is still to be screened."""
    found = read_open(message.task_id)
    return found is not None and found.needs(message)


def write_chunk(message: ChunkMessage, text: bytes, primes: int, probable_primes: int, attempts: int) -> int | None:
    """Write the results of a chunk, then count them; return how many chunks remain, or None if it was not counted.

    The results come first so that a counted chunk can be read. A chunk that is screened twice is written twice, with
    the same results, and counted once.

    Args:
        message: the chunk.
        text: the lines of its results, see primality/lines.py.
        primes: how many of its numbers are primes or probable primes.
        probable_primes: how many of these are probable primes.
        attempts: the receive count of the message.
    """
    item = {
        "task_id": message.task_id,
        "part": message.chunk,
        "expires_at": message.expires_at,
        **result_codec.chunk_to_item(message, text),
    }
    try:
        table.put_part(item)
        counted = table.update(
            message.task_id,
            table.TASK,
            "ADD done :done, primes :primes, probable_primes :probable_primes, composites :composites, remaining :minus"
            " SET started_at = if_not_exists(started_at, :now), counted_at = :now,"
            " attempts = if_not_exists(attempts, :attempts)",
            {
                ":done": {message.chunk},
                ":primes": primes,
                ":probable_primes": probable_primes,
                ":composites": message.count - primes,
                ":minus": -1,
                ":now": clock.timestamp(),
                ":attempts": attempts,
            },
            condition=countable(message),
            returning="UPDATED_NEW",
        )
    except ConditionFailed:
        return None
    return int(counted["remaining"])


def countable(message: ChunkMessage) -> Condition:
    """Return the condition that the results of a chunk may be counted: once, unless the list was cancelled.

    They are counted in a list that another chunk failed, too: a retry then needs only the chunk that failed.
    """
    return Condition(
        "attribute_exists(remaining) AND expires_at = :expires_at AND #status <> :revoked"
        " AND NOT contains(done, :chunk)",
        {"#status": "status"},
        {":expires_at": message.expires_at, ":revoked": Status.REVOKED, ":chunk": message.chunk},
    )
