"""A list cut into chunks of about a second, and the results of a chunk as one item of the table."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.numbers.cost import screening_seconds
from chalicelib.numbers.integers import to_decimal
from chalicelib.primality.result import Result
from chalicelib.tasks.messages import Message

#: A chunk is expected to take no longer than this, unless a single number does, in seconds.
CHUNK_SECONDS = 1.0
#: A chunk's numbers, so that many workers can share a list.
CHUNK_NUMBERS = 2_000
#: A chunk's hexadecimal digits: ten such messages fit one SendMessageBatch of 1 MiB, and the results of one
#: stay under a third of the 400 KB that an item of the table may have.
CHUNK_CHARACTERS = 64_000

_LETTERS: dict[str, str] = {"prime": "P", "probable_prime": "Q", "composite": "C", "not_prime": "N"}
_VERDICTS = {letter: verdict for verdict, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One number's result in a list; `number` is decimal, `witness` as `Verdict.witness` has it in JSON."""

    index: int
    number: str
    verdict: str
    witness: dict[str, str] | None

    @property
    def is_prime(self) -> bool:
        """Whether the number passed every test."""
        return self.verdict in {"prime", "probable_prime"}

    @property
    def proven(self) -> bool:
        """Whether the verdict is certain: only a probable prime is not."""
        return self.verdict != "probable_prime"


def split(task_id: str, numbers: list[int]) -> list[Message]:
    """Return the messages of a list's chunks, in the list's order."""
    bounds = list(_bounds(numbers))
    return [
        Message(task_id, " ".join([f"{n:x}" for n in numbers[first:end]]), chunk, len(bounds), first)
        for chunk, (first, end) in enumerate(bounds, start=1)
    ]


def _bounds(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first, seconds, characters = 0, 0.0, 0
    costs: dict[int, float] = {}
    for index, number in enumerate(numbers):
        bits = number.bit_length()
        cost = costs.get(bits)
        if cost is None:
            cost = costs[bits] = screening_seconds(bits)
        width = bits // 4 + 3
        full = seconds + cost > CHUNK_SECONDS or index - first == CHUNK_NUMBERS or characters + width > CHUNK_CHARACTERS
        if full and index > first:
            yield first, index
            first, seconds, characters = index, 0.0, 0
        seconds += cost
        characters += width
    yield first, len(numbers)


def pack(verdicts: list[Result]) -> bytes:
    """Return a chunk's results, a line a number (`<decimal> <letter>[ <witness>]`), deflated."""
    return zlib.compress("\n".join([_line(verdict) for verdict in verdicts]).encode("ascii"), level=1)


def unpack(packed: bytes, first: int) -> list[Row]:
    """Return the results that `pack` packed; the first of them has this index in its list."""
    lines = zlib.decompress(packed).decode("ascii").split("\n")
    return [_row(index, line) for index, line in enumerate(lines, start=first)]


def _line(verdict: Result) -> str:
    line = f"{to_decimal(verdict.number)} {_LETTERS[verdict.verdict]}"
    witness = verdict.witness
    if witness is None:
        return line
    return f"{line} b{witness.base}" if witness.factor is None else f"{line} f{to_decimal(witness.factor)}"


def _row(index: int, line: str) -> Row:
    number, letter, *witness = line.split(" ")
    return Row(index, number, _VERDICTS[letter], _witness(witness[0]) if witness else None)


def _witness(text: str) -> dict[str, str]:
    return {"factor": text[1:]} if text[0] == "f" else {"base": text[1:], "kind": "strong"}
