"""The tokens of a number as people write it: digits with separators, signs of mathematics, raised digits.

    1_000_003   1'000'003   1,000,003   1.000.003   0x1f   0b1010   1e9   M31   2¹²⁷−1   3×5   00:c1:5f

A comma or a point separates groups of three digits where there are two or more of them. A single one may be the start
of a fraction in one of the world's notations, and is refused. So is a space between digits: it may separate numbers.
Pairs of hexadecimal digits between colons are what OpenSSL prints, which begins a new line after a colon. Base64 is not
in the grammar: 1e9 and M31 are base64, too.
"""

import re
from collections.abc import Iterator

from .integers import INTEGER

_APOSTROPHES = "_'’"
_SPACES = "\u00a0\u2009\u202f"  # no-break, thin, narrow no-break: ISO 80000-1, 7.3.1
_SEPARATORS = re.compile(f"[{_APOSTROPHES}{_SPACES},.]")
#: Groups begin after no other group: groups that end wrongly are read once, and not again from each of them.
_GROUPED = (
    f"[0-9]+(?:[{_APOSTROPHES}][0-9]+)+"
    "|"
    + "|".join(f"(?<![0-9]{sign})[0-9]{{1,3}}(?:{sign}[0-9]{{3}}){{2,}}(?![0-9.,])" for sign in (",", r"\."))
    + f"|[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?![0-9])"
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED + "⁻⁺", "0123456789-+")
#: Signs that are written in another way on a keyboard.
_SIGNS = {"×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "−": "-", "–": "-"}

_PREFIXED = r"0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB][01]+(?:_[01]+)*"
_OTHERS = rf"[0-9]+(?:[eE][0-9]+)?|[MFR][0-9]+|!+[0-9]*|\*\*|[A-Za-z]+|[⁻⁺]?[{_RAISED}]+|\S"
_PAIRS = re.compile(r"[0-9a-fA-F]{2}(?::\s*[0-9a-fA-F]{2})+")
_INTEGER = re.compile(rf"[+-]?(?:{_PREFIXED}|{_GROUPED}|[0-9]+)")
TOKEN = re.compile(f"{_PREFIXED}|{_GROUPED}|{_OTHERS}")
#: The same for a text without separators, twice as fast.
_UNSEPARATED = re.compile(f"{_PREFIXED}|{_OTHERS}")


def read(text: str) -> list[str]:
    """Return the tokens of a text, in ASCII."""
    found = (TOKEN if _SEPARATORS.search(text) else _UNSEPARATED).findall(text)
    return found if text.isascii() else [token for each in found for token in _in_ascii(each)]


def in_ascii(text: str) -> str:
    """Return a text that parses as one of ASCII characters with the same value: 2¹²⁷−1 as 2^127-1."""
    return text if text.isascii() else "".join(read(text))


def position(text: str, index: int) -> int:
    """Return the start of a token in its text, counted from 1; after the end if there is no such token."""
    starts = [match.start() + 1 for match in TOKEN.finditer(text) for _ in _in_ascii(match[0])]
    return starts[index] if index < len(starts) else len(text.rstrip()) + 1


def is_integer(text: str) -> bool:
    """Return whether a text is an integer and not an expression; it may have separators."""
    return INTEGER.fullmatch(without_separators(text)) is not None


def without_separators(text: str) -> str:
    """Return an integer that may have separators and space around it without them; any other text without the space."""
    text = text.strip()
    if ":" in text and _PAIRS.fullmatch(text):
        return "0x" + "".join(text.replace(":", "").split())
    return _SEPARATORS.sub("", text) if _SEPARATORS.search(text) and _INTEGER.fullmatch(text) else text


def _in_ascii(token: str) -> Iterator[str]:
    if token.isascii():
        yield token
    elif token[0] in "0123456789":
        yield without_separators(token)
    elif token[-1] in _RAISED:
        raised = token.translate(_LOWERED)
        yield "^"
        if raised[0] in "+-":
            yield raised[0]
        yield raised.lstrip("+-")
    else:
        yield _SIGNS.get(token, token)
