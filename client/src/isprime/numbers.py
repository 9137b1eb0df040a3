"""Convert numbers of any size to JSON and back, without the interpreter's limit on decimal digits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from operator import index
from typing import SupportsIndex

from primes_core.notation.integers import NotANumber, TooLarge, from_decimal, to_decimal
from primes_core.notation.ranges import SIGN, parse_range

__all__ = ["SIGN", "expand", "from_json", "is_about", "to_decimal", "to_json"]

#: The digits of the ends of a range: the most that a service can be set to take.
MAX_RANGE_DIGITS = 100_000

#: Larger integers are sent in hexadecimal, which has no such limit. 10^640 has 2,127 bits.
MAX_DECIMAL_BITS = 2126

#: The digits of a number. A service can be set to take numbers of this many digits.
_DIGITS = re.compile(r"-?[0-9]{1,100000}")


def to_json(number: SupportsIndex | str) -> int | str:
    """Return a number in the form of a request.

    Args:
        number: An integer (anything with `__index__`), or a string in the service's notation.

    Raises:
        TypeError: it is neither, or a bool.
    """
    if isinstance(number, str):
        return number.strip()
    if isinstance(number, bool):
        raise TypeError("True and False are not numbers: pass an int or a string such as '2^127-1'.")
    value = index(number)
    return value if value.bit_length() <= MAX_DECIMAL_BITS else hex(value)


def expand(number: SupportsIndex | str) -> Iterable[SupportsIndex | str]:
    """Return the numbers of a range, or the text alone; the service refuses a text that is not a number."""
    if isinstance(number, str) and SIGN in number:
        with suppress(NotANumber, TooLarge):
            return parse_range(number, MAX_RANGE_DIGITS)
    return (number,)


def from_json(number: object) -> int:
    """Return the integer from a response: a JSON integer or decimal digits.

    Raises:
        ValueError: it is neither, or has more digits than a number of the service.
    """
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    if not isinstance(number, str) or not _DIGITS.fullmatch(number):
        raise ValueError("not an integer")
    return from_decimal(number)


def is_about(asked: str, number: int) -> bool:
    """Return whether a result's number can be the requested one; True for an expression."""
    return not _DIGITS.fullmatch(asked) or from_decimal(asked) == number
