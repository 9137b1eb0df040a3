"""The results of a list in pages: several chunks a call, until the page is full or its time has passed."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from chalicelib.store import result_codec, table
from chalicelib.store.result_codec import StoredLine
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS
from chalicelib.tasks.task import ListResult

#: The most chunks of a call. DynamoDB returns at most 1 MB, which fewer have if their numbers are large.
MAX_CALL_CHUNKS = 1_000
#: The most bytes of a result beside its digits and its expression, in any format of api/pages.py. Lambda's response
#: has the page as a JSON string, in which a quotation mark takes two bytes.
RESULT_BYTES = 200
#: The same of each of its factors.
FACTOR_BYTES = 200

#: Where a page starts: a chunk, from 1, and a place in it, from 0.
ListCursor = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which results of a list to read."""

    start: ListCursor
    #: The most results of the page.
    limit: int
    #: The most bytes of the page as Lambda returns it. A page that begins with a longer result has that one alone.
    max_bytes: int
    #: After this time no other chunk is read, in seconds.
    seconds: float
    #: True for primes and probable primes only, False for the others only, None for all.
    primes: bool | None = None


def read_page(task_id: str, chunks: int, page: PageRequest) -> tuple[list[ListResult], ListCursor | None]:
    """Return some results of a list, in the list's order, and the start of the next page, or None.

    Chunks that are not finished are left out. A page that ends because its time has passed may be empty.

    Args:
        task_id: the list.
        chunks: how many chunks the list has.
        page: which results.
    """
    deadline = time.monotonic() + page.seconds
    results: list[ListResult] = []
    bytes_left = page.max_bytes
    chunk, first_place = page.start
    call_chunks = math.ceil((first_place + page.limit) / MAX_CHUNK_NUMBERS)
    while chunk <= chunks and (parts := table.parts(task_id, chunk, call_chunks)):
        for part in parts:
            number = int(part["part"])
            lines = (
                ()
                if table.has_expired(part)
                else result_codec.chunk_from_item(part, first_place if number == chunk else 0, primes=page.primes)
            )
            for line in lines:
                bytes_left -= _bytes_of(line)
                if len(results) == page.limit or (results and bytes_left < 0):
                    return results, (number, line.place)
                results.append(line.result())
            if time.monotonic() >= deadline:
                return results, _start_of(number + 1, chunks)
        chunk, first_place = int(parts[-1]["part"]) + 1, 0
        # More at each call: a filter may drop nearly all results, and what a page does not need is read for nothing.
        call_chunks = min(2 * call_chunks, MAX_CALL_CHUNKS)
        if len(results) == page.limit:
            return results, _start_of(chunk, chunks)
    return results, None


def _start_of(chunk: int, chunks: int) -> ListCursor | None:
    return (chunk, 0) if chunk <= chunks else None


def _bytes_of(line: StoredLine) -> int:
    """Return the most bytes that a result takes in a page."""
    size = RESULT_BYTES + line.number.bit_length() // 3 + 1 + len(line.verdict) + len(line.expression or "")
    factors = line.factors
    return size + (len(factors) + FACTOR_BYTES * (factors.count(",") + 1) if factors else 0)
