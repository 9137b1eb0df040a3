"""The results of a list in pages: several chunks a call, until the page is full or its time has passed."""

from __future__ import annotations

import json
import math
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.factorization import notation
from chalicelib.numbers import chunk_text
from chalicelib.primality.lines import is_prime, read_line
from chalicelib.store import table
from chalicelib.store.table import Item
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS
from chalicelib.tasks.task import ListResult
from primes_core.notation.integers import from_decimal

#: The most chunks of a call. DynamoDB returns at most 1 MB, which fewer have if their numbers are large.
MAX_CALL_CHUNKS = 1_000
#: The most bytes of a result beside its digits and its expression, in any format of api/pages.py. Lambda's response
#: has the page as a JSON string, in which a quotation mark takes two bytes.
RESULT_BYTES = 200
#: The same of each of its factors.
FACTOR_BYTES = 200

#: Where a page starts: a chunk, from 1, and a place in it, from 0.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which results of a list to read."""

    start: Place
    #: The most results of the page.
    limit: int
    #: The most bytes of the page as Lambda returns it. A page that begins with a longer result has that one alone.
    max_bytes: int
    #: After this time no other chunk is read, in seconds.
    seconds: float
    #: True for primes and probable primes only, False for the others only, None for all.
    primes: bool | None = None


def read_page(task_id: str, chunks: int, page: PageRequest) -> tuple[list[ListResult], Place | None]:
    """Return some results of a list, in the order of the list, and where the next page starts, or None.

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
            number, first = int(part["part"]), int(part.get("first", 0))
            expressions = json.loads(part.get("expressions", "{}"))
            for place, n, text in _lines(part, first_place if number == chunk else 0, page):
                expression = expressions.get(str(place))
                line, _, factors = text.partition(" =")
                digits = n.bit_length() // 3 + 1
                bytes_left -= RESULT_BYTES + digits + len(line) + len(expression or "") + _factors_bytes(factors)
                if len(results) == page.limit or (results and bytes_left < 0):
                    return results, (number, place)
                known = notation.read(factors) if factors else None
                results.append(ListResult(first + place, read_line(n, line), expression, known))
            if time.monotonic() >= deadline:
                return results, _start_of(number + 1, chunks)
        chunk, first_place = int(parts[-1]["part"]) + 1, 0
        # More at each call: a filter may drop nearly all results, and what a page does not need is read for nothing.
        call_chunks = min(2 * call_chunks, MAX_CALL_CHUNKS)
        if len(results) == page.limit:
            return results, _start_of(chunk, chunks)
    return results, None


def _start_of(chunk: int, chunks: int) -> Place | None:
    return (chunk, 0) if chunk <= chunks else None


def _factors_bytes(factors: str) -> int:
    return len(factors) + FACTOR_BYTES * (factors.count(",") + 1) if factors else 0


def _lines(part: Item, first_place: int, page: PageRequest) -> Iterator[tuple[int, int, str]]:
    """Yield the lines of a chunk that a page wants, each with its place and its number."""
    if "results" not in part or table.has_expired(part):
        return
    lines = _text(part, "results").split("\n")
    if "numbers" in part:
        numbers = chunk_text.read(_text(part, "numbers"))
    else:  # version 1.1.0 wrote each number into its line
        numbers = [from_decimal(line.partition(" ")[0]) for line in lines]
        lines = [line.partition(" ")[2] for line in lines]
    for place, (number, line) in enumerate(zip(numbers, lines, strict=True)):
        if place >= first_place and (page.primes is None or is_prime(line) == page.primes):
            yield place, number, line


def _text(part: Item, name: str) -> str:
    return zlib.decompress(part[name]).decode("ascii")
