"""Text that is safe to write to a terminal, and fits its encoding."""

from __future__ import annotations

import codecs

#: What stands for the characters of this package's own sentences where an encoding lacks them.
_ASCII = {"µ": "u", "…": "..."}


def printable(text: str) -> str:
    """Return a text in one line without control characters: a terminal would obey them, or hide what they change."""
    return "".join(character if character.isprintable() else "?" for character in " ".join(text.split()))


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Handle the characters that an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_ASCII.get(character, "?") for character in error.object[error.start : error.end]), error.end


#: The name of the error handler for `open` and `reconfigure`.
READABLE = "isprime-readable"
codecs.register_error(READABLE, _replace)
