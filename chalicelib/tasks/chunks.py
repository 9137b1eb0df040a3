"""Splits a list into chunks, each a message of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.numbers import chunk_text
from chalicelib.numbers.forms import forms_in_list, seconds_in_list
from chalicelib.tasks.messages import ChunkMessage
from chalicelib.thresholds import MAX_SHORT_LIST_SECONDS

#: A chunk of a short list takes no longer than this, unless it has a single number that does, in seconds. It is short
#: so that a consumer can stop between two chunks, and so that many consumers share a list.
CHUNK_SECONDS = 0.25
#: A chunk of a long list may take this, or such a part of the list, in seconds: a list of any length has few chunks,
#: each of which rewrites the list's item when it is counted.
LONG_CHUNK_SECONDS, LONG_CHUNK_PART = 1.0, 1 / 1_000
#: A chunk takes no longer than this, in seconds: it must fit the timeout of the long list worker.
MAX_CHUNK_SECONDS = 600.0
#: A chunk has no more numbers than this, so that many consumers share a list.
MAX_CHUNK_NUMBERS = 5_000
#: A chunk has no more hexadecimal digits than this: ten such messages fit a SendMessageBatch of 1 MiB, and the
#: results of one fit an item of the table, which may have 400 KB.
MAX_CHUNK_CHARACTERS = 100_000


def split(  # noqa: PLR0913 - what its messages carry
    task_id: str,
    numbers: list[int],
    expressions: Mapping[int, str] | None = None,
    caller: str = "",
    *,
    expires_at: int,
    factors: bool = False,
) -> list[ChunkMessage]:
    """Return the messages of a list's chunks, in the order of the list.

    Args:
        task_id: the list's task.
        numbers: the list.
        expressions: the expressions that numbers were sent as, by the number's index in the list.
        caller: the id of the API key that submits the list.
        expires_at: when the task expires, in seconds since 1970.
        factors: whether the factors of the numbers are asked for.
    """
    expressions = expressions or {}
    parts = list(_parts(numbers, expressions, factors=factors))
    return [
        ChunkMessage(
            task_id,
            chunk_text.write(numbers[first:end]),
            chunk,
            len(parts),
            first,
            seconds,
            expressions={index - first: expressions[index] for index in range(first, end) if index in expressions}
            if expressions
            else None,
            caller=caller,
            expires_at=expires_at,
            factors=factors,
        )
        for chunk, (first, end, seconds) in enumerate(parts, start=1)
    ]


def chunk_seconds(list_seconds: float) -> float:
    """Return how long a chunk of a list may take, in seconds, by how long the list takes."""
    if list_seconds <= MAX_SHORT_LIST_SECONDS:
        return CHUNK_SECONDS
    return min(max(LONG_CHUNK_SECONDS, list_seconds * LONG_CHUNK_PART), MAX_CHUNK_SECONDS)


def _parts(numbers: list[int], expressions: Mapping[int, str], *, factors: bool) -> Iterator[tuple[int, int, float]]:
    """Yield the indices between which each chunk lies, and its estimated time, which may be too long.

    Two neighbours together exceed a limit, so that a list has few chunks by their time, at most 2,000 unless it takes a
    week, and twice as many as its numbers and their characters fill.
    """
    most_bits = max(max(numbers).bit_length(), min(numbers).bit_length())
    if (
        not expressions
        and (seconds := seconds_in_list(most_bits, None, factors=factors)) * MAX_CHUNK_NUMBERS <= CHUNK_SECONDS
        and _width(most_bits) * MAX_CHUNK_NUMBERS <= MAX_CHUNK_CHARACTERS
    ):  # nearly every list: no chunk is full before it has its most numbers
        for first in range(0, len(numbers), MAX_CHUNK_NUMBERS):
            end = min(first + MAX_CHUNK_NUMBERS, len(numbers))
            yield first, end, (end - first) * seconds
        return
    sizes = [number.bit_length() for number in numbers]
    by_size = {bits: seconds_in_list(bits, None, factors=factors) for bits in set(sizes)}
    costs = [by_size[bits] for bits in sizes]
    for index, expression in forms_in_list(expressions).items() if factors else ():
        costs[index] = seconds_in_list(sizes[index], expression, factors=True)
    most_seconds = chunk_seconds(sum(costs))
    first, seconds, characters = 0, 0.0, 0
    for index, (bits, cost) in enumerate(zip(sizes, costs, strict=True)):
        width = _width(bits)
        if expressions and index in expressions:
            width += len(expressions[index])
        is_full = (
            seconds + cost > most_seconds
            or index - first == MAX_CHUNK_NUMBERS
            or characters + width > MAX_CHUNK_CHARACTERS
        )
        if is_full and index > first:
            yield first, index, seconds
            first, seconds, characters = index, 0.0, 0
        seconds += cost
        characters += width
    yield first, len(numbers), seconds


def _width(bits: int) -> int:
    """Return the most characters that a number of `bits` bits takes in a message, with its sign and a space."""
    return bits // 4 + 3
