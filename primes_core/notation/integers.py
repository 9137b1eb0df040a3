"""Integers as decimal and hexadecimal text, of any length, without the interpreter's limit on digits."""

import re
from functools import lru_cache

#: int() and str() accept this many digits whatever `sys.set_int_max_str_digits` is set to (Python
#: documentation, "Integer string conversion length limitation").
MAX_BUILTIN_DIGITS = 640
#: A number of at most this many bits has at most MAX_BUILTIN_DIGITS digits: 10^640 has 2,127 bits.
MAX_BUILTIN_BITS = 2126

#: Digits of a number that is shown whole in a log or in a list.
MAX_SHOWN_DIGITS = 40

INTEGER = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|([0-9]+))")
EXAMPLES = "write a decimal integer as 97, a hexadecimal one as 0x1f, or an expression as 2^127-1"


class NotANumber(ValueError):
    """The text is not a number. The message says what is wrong and what to write instead."""


class TooLarge(ValueError):
    """The number has too many digits, or takes too long to compute. The message says what to send instead."""


def too_many_digits(max_digits: int) -> TooLarge:
    """Return the error for a number of more than `max_digits` decimal digits."""
    return TooLarge(f"the number is too large: send one of at most {max_digits:,} decimal digits")


@lru_cache(maxsize=8)
def ceiling(max_digits: int) -> int:
    """Return the least integer that has more than `max_digits` decimal digits."""
    return int(10**max_digits)


def parse_integer(text: str, max_digits: int) -> int:
    """Return the value of a decimal, hexadecimal or binary integer.

    Args:
        text: ASCII digits with an optional sign, without a space or separator.
        max_digits: The decimal digits that the value may have.

    Raises:
        NotANumber: The text is not an integer.
        TooLarge: The value has more digits.
    """
    if len(text) <= 18 and text.isdigit() and text.isascii() and len(text) <= max_digits:
        return int(text)  # the fast path, for nearly every item of a list
    match = INTEGER.fullmatch(text)
    if match is None:
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise NotANumber(f"{shown!r} is not an integer: write ASCII digits only, such as 97, -5 or 0x1f")
    sign, hexadecimal, binary, decimal = match.groups()
    base = 16 if hexadecimal else 2 if binary else 10
    size = unsigned(hexadecimal or binary or decimal, base, max_digits)
    return -size if sign == "-" else size


def from_decimal(text: str) -> int:
    """Return the value of decimal digits that `to_decimal` wrote, of any length."""
    return -_from_decimal(text[1:]) if text.startswith("-") else _from_decimal(text)


def shortened(n: int) -> str:
    """Return an integer in decimal, of a long one the first and last digits and their number."""
    text = to_decimal(n)
    if len(text) <= MAX_SHOWN_DIGITS:
        return text
    return f"{text[:12]}…{text[-12:]} ({len(text.lstrip('-')):,} digits)"


def unsigned(digits: str, base: int, max_digits: int) -> int:
    """Return the value of a text that consists of digits of base 2, 10 or 16.

    Raises:
        TooLarge: The value has more than `max_digits` decimal digits. A longer text is not converted.
    """
    digits = digits.lstrip("0") or "0"
    # A number has at most as many hexadecimal digits as decimal ones, and four times as many binary ones.
    if len(digits) > max_digits * (4 if base == 2 else 1):
        raise too_many_digits(max_digits)
    size = _from_decimal(digits) if base == 10 else int(digits, base)
    if size >= ceiling(max_digits):
        raise too_many_digits(max_digits)
    return size


def to_decimal(n: int) -> str:
    """Return an integer of any size in decimal."""
    return "-" + _digits(-n) if n < 0 else _digits(n)


def _from_decimal(digits: str) -> int:
    if len(digits) <= MAX_BUILTIN_DIGITS:
        return int(digits)
    low = len(digits) // 2
    return _from_decimal(digits[:-low]) * int(10**low) + _from_decimal(digits[-low:])


def _digits(n: int) -> str:
    if n.bit_length() <= MAX_BUILTIN_BITS:
        return str(n)
    low = n.bit_length() * 3 // 20  # about half of its decimal digits: log10(2) / 2 = 0.1505
    head, tail = divmod(n, int(10**low))
    return _digits(head) + _digits(tail).rjust(low, "0")
