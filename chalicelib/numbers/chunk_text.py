"""The numbers of a chunk as text: hexadecimal, separated by spaces.

Consecutive ones are `first..last`. Words, which are numbers below 2^64, are `=` and base64 of eight bytes for each, big
endian: it is the shortest text of random ones, and written and read in a fifth of the time.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from contextlib import suppress

SIGN = ".."
WORDS = "="
#: In base64 a word has 10.7 characters. Lists that begin with a smaller number are hexadecimal.
MIN_WORD = 2**40
#: Fewer numbers are screened one by one as fast as by a sieve.
MIN_RANGE_NUMBERS = 500


def write(numbers: list[int]) -> str:
    """Return the text of a list of integers."""
    first, last = numbers[0], numbers[-1]
    if (
        last - first + 1 == len(numbers) >= MIN_RANGE_NUMBERS
        and numbers == list(range(first, last + 1))  # asked of lists alone whose ends fit
    ):
        return f"{first:x}{SIGN}{last:x}"
    if MIN_WORD <= first < 2**64:
        with suppress(struct.error):  # another length is not a word
            return WORDS + base64.b64encode(struct.pack(f">{len(numbers)}Q", *numbers)).decode("ascii")
    # One format of all numbers takes a third of the time that one of each takes.
    return ("%x " * len(numbers) % tuple(numbers))[:-1]


def count(text: str) -> int:
    """Return the number of integers in a text without reading each; 0 or less if a range ends before it begins."""
    if text.startswith(WORDS):
        return len(text) * 3 // 4 // 8
    first, sign, last = text.partition(SIGN)
    return int(last, 16) - int(first, 16) + 1 if sign else text.count(" ") + 1


def read(text: str) -> Sequence[int]:
    """Return the integers of a text that `write` wrote, as a range if they are consecutive."""
    if text.startswith(WORDS):
        return struct.unpack(f">{count(text)}Q", base64.b64decode(text[1:]))
    first, sign, last = text.partition(SIGN)
    return range(int(first, 16), int(last, 16) + 1) if sign else [int(each, 16) for each in text.split(" ")]
