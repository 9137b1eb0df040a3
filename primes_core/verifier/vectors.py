"""Integers in nested vectors, as PARI prints them. The text is read, never evaluated."""

from __future__ import annotations

import re
from typing import Union

from .integers import to_integer
from .refusals import TooMuchWork, Unreadable

Vector = Union[int, "list[Vector]"]

#: The integers and vectors of a certificate. One of 10,000 bits has about 1,000 rows of 7 entries.
MAX_ENTRIES = 30_000
#: An N-1 certificate nests as deep as its chain of primes is long.
MAX_DEPTH = 64
_TOKEN = re.compile(r"\s*(-?[0-9]+|[\[\],])", re.ASCII)


def read(text: str) -> Vector:
    """Return an integer, or the vectors of a text such as `[[7, 1, [2, -3]]]`.

    Raises:
        Unreadable: the text is anything else.
        TooMuchWork: it has too many entries, or an integer with too many digits.
    """
    stack: list[list[Vector]] = [[]]
    entries = 0
    at_value = True  # a value may follow; else a comma or the end of a vector
    at, end = 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at)
        if token is None:
            raise Unreadable(f"This is not a certificate: character {at + 1:,} is not of integers in vectors.")
        at, sign = token.end(), token[1]
        if (sign in "],") == at_value:
            raise Unreadable(f"This is not a certificate: the vectors are not complete at character {at:,}.")
        if sign == ",":
            at_value = True
            continue
        if sign == "]":
            if len(stack) == 1:
                raise Unreadable(f"This is not a certificate: a vector ends at character {at:,} that did not begin.")
            stack.pop()
            continue
        entries += 1
        if entries > MAX_ENTRIES or len(stack) > MAX_DEPTH:
            raise TooMuchWork(f"A certificate has at most {MAX_ENTRIES:,} entries in {MAX_DEPTH} levels of vectors.")
        if sign == "[":
            vector: list[Vector] = []
            stack[-1].append(vector)
            stack.append(vector)
        else:
            stack[-1].append(to_integer(sign))
            at_value = False
    if at_value or len(stack) != 1 or len(stack[0]) != 1:
        raise Unreadable(
            "This is not a certificate: it must be one integer or one vector, with all its brackets closed."
        )
    return stack[0][0]
