"""The elements of a JSON array, each with its place and its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from isprime.cli.app import Failure

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)
_SPACE = re.compile(r"[ \t\r\n]*")
_SEPARATOR = re.compile(r"[ \t\r\n]*([,\]])")


def elements(name: str, first_line: int, text: str) -> Iterator[tuple[int, Any, str]]:
    """Yield each element's place in the text, its value with numbers as strings, and its JSON in one line.

    Raises:
        Failure: the text is not a JSON array.
    """
    place = _skip(text, text.index("[") + 1)
    ending = "]" if text.startswith("]", place) else ","
    place += ending == "]"
    while ending == ",":
        try:
            value, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            raise _failure(name, first_line, text, place) from None
        yield place, value, re.sub(r"[\r\n]+", " ", text[place:end])
        separator = _SEPARATOR.match(text, end)
        if separator is None:
            raise _failure(name, first_line, text, end)
        ending, place = separator[1], _skip(text, separator.end())
    if text[place:].strip():
        raise _failure(name, first_line, text, place)


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _failure(name: str, first_line: int, text: str, place: int) -> Failure:
    return Failure(f"{name}, line {first_line + text.count(chr(10), 0, place)}: this is not a JSON array.")
