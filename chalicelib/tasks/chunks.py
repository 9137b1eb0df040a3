"""A list cut into chunks, each a message of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.numbers.cost import screening_seconds
from chalicelib.tasks.messages import ChunkMessage

#: A chunk is expected to take no longer than this, unless it has a single number that does, in seconds. It is short
#: so that a consumer can stop between two chunks, and so that many consumers share a list.
CHUNK_SECONDS = 0.25
#: A chunk has no more numbers than this, so that many consumers share a list.
MAX_CHUNK_NUMBERS = 2_000
#: A chunk has no more hexadecimal digits than this: ten such messages fit a SendMessageBatch of 1 MiB, and the
#: results of one stay below a third of the 400 KB that an item of the table may have.
MAX_CHUNK_CHARACTERS = 64_000


def split(
    task_id: str, numbers: list[int], expressions: Mapping[int, str] | None = None, caller: str = ""
) -> list[ChunkMessage]:
    """Return the messages of a list's chunks, in the order of the list.

    Args:
        task_id: the list's task.
        numbers: the list.
        expressions: the expressions that numbers were sent as, by the number's index in the list.
        caller: the id of the API key that submits the list.
    """
    expressions = expressions or {}
    bounds = list(_bounds(numbers, expressions))
    return [
        ChunkMessage(
            task_id,
            " ".join([f"{number:x}" for number in numbers[first:end]]),
            chunk,
            len(bounds),
            first,
            expressions={index - first: expressions[index] for index in range(first, end) if index in expressions}
            if expressions
            else None,
            caller=caller,
        )
        for chunk, (first, end) in enumerate(bounds, start=1)
    ]


def _bounds(numbers: list[int], expressions: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    first, seconds, characters = 0, 0.0, 0
    costs: dict[int, float] = {}
    for index, number in enumerate(numbers):
        bits = number.bit_length()
        cost = costs.get(bits)
        if cost is None:
            cost = costs[bits] = screening_seconds(bits)
        width = bits // 4 + 3
        if expressions and index in expressions:
            width += len(expressions[index])
        is_full = (
            seconds + cost > CHUNK_SECONDS
            or index - first == MAX_CHUNK_NUMBERS
            or characters + width > MAX_CHUNK_CHARACTERS
        )
        if is_full and index > first:
            yield first, index
            first, seconds, characters = index, 0.0, 0
        seconds += cost
        characters += width
    yield first, len(numbers)
