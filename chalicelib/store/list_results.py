"""The results of a list's chunks: written and counted by consumers, read in pages by clients."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.primality.lines import read_line
from chalicelib.store import table
from chalicelib.store.table import Condition, ConditionFailed
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS
from chalicelib.tasks.messages import ChunkMessage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListResult

#: zlib's fastest level: the others make the data little smaller.
COMPRESSION_LEVEL = 1
#: The size of a decimal digit: log2(10).
BITS_PER_DIGIT = 3.322


def is_open(task_id: str) -> bool:
    """Return whether a list's chunks are still to be screened: not after a cancel, nor after the list expired."""
    item = table.get(task_id, table.TASK)
    return item is not None and item["status"] != Status.REVOKED and not table.has_expired(item)


def write_chunk(message: ChunkMessage, text: bytes, primes: int, probable_primes: int, attempts: int) -> bool:
    """Write the results of a chunk, then count them; return whether they were counted.

    The results come first so that a counted chunk can be read. A chunk that is screened twice is written twice, with
    the same results, and counted once.

    Args:
        message: the chunk.
        text: the lines of its results, see primality/lines.py: they are stored deflated.
        primes: how many of its numbers are primes or probable primes.
        probable_primes: how many of these are probable primes.
        attempts: the receive count of the message.
    """
    count, expires_at = message.count, table.expiry()
    item = {
        "task_id": message.task_id,
        "part": message.chunk,
        "results": zlib.compress(text, level=COMPRESSION_LEVEL),
        "first": message.first,
        "expires_at": expires_at,
    }
    if message.expressions:
        item["expressions"] = json.dumps(message.expressions)
    table.put(item)
    try:
        table.update(
            message.task_id,
            table.TASK,
            "ADD done :done, primes :primes, probable_primes :probable_primes, composites :composites, remaining :minus"
            " SET started_at = if_not_exists(started_at, :now), counted_at = :now, expires_at = :expiry,"
            " attempts = if_not_exists(attempts, :attempts)",
            {
                ":done": {message.chunk},
                ":primes": primes,
                ":probable_primes": probable_primes,
                ":composites": count - primes,
                ":minus": -1,
                ":now": clock.timestamp(),
                ":expiry": expires_at,
                ":attempts": attempts,
            },
            condition=countable(message),
        )
    except ConditionFailed:
        return False
    return True


def countable(message: ChunkMessage) -> Condition:
    """Return the condition that the results of a chunk may be counted: once, unless the list was cancelled.

    They are counted in a list that another chunk failed, too: a retry then needs only the chunk that failed.
    """
    return Condition(
        "attribute_exists(remaining) AND #status <> :revoked AND NOT contains(done, :chunk)",
        {"#status": "status"},
        {":revoked": Status.REVOKED, ":chunk": message.chunk},
    )


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which results of a list to read."""

    #: The chunk to start in, from 1.
    chunk: int
    #: The place in that chunk to start at, from 0.
    place: int
    #: The most results of the page.
    limit: int
    #: About the most decimal digits of the page's numbers together; the page has at least one result.
    max_digits: int
    #: True for primes and probable primes only, False for the others only, None for all.
    primes: bool | None = None


def read_results(task_id: str, page: PageRequest) -> tuple[list[ListResult], tuple[int, int] | None]:
    """Return a page of a list's results, in the order of the list, and the chunk and place of the next one, or None.

    Chunks that are not finished are left out.
    """
    results: list[ListResult] = []
    bits_left = int(page.max_digits * BITS_PER_DIGIT)
    for start, entry in _results_from(task_id, page):
        if page.primes is not None and entry.result.is_prime != page.primes:
            continue
        bits_left -= entry.result.number.bit_length()
        if len(results) == page.limit or (results and bits_left < 0):
            return results, start
        results.append(entry)
    return results, None


def _results_from(task_id: str, page: PageRequest) -> Iterator[tuple[tuple[int, int], ListResult]]:
    """Yield the results from the start of a page on, each with its chunk and its place in that."""
    chunk, first_place = page.chunk, page.place
    # Most chunks have the most numbers, and a chunk that is not needed is read for nothing.
    while parts := table.parts(task_id, chunk, limit=1 + page.limit // MAX_CHUNK_NUMBERS):
        for part in parts:
            number = int(part["part"])
            packed = part.get("results")
            if packed and not table.has_expired(part):
                first = int(part["first"])
                expressions = json.loads(part.get("expressions", "{}"))
                lines = zlib.decompress(packed).decode("ascii").split("\n")
                for place in range(first_place if number == chunk else 0, len(lines)):
                    result = read_line(lines[place])
                    yield (number, place), ListResult(first + place, result, expressions.get(str(place)))
        chunk, first_place = int(parts[-1]["part"]) + 1, 0
