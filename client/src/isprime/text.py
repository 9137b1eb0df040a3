"""Text of the service, made safe to write to a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text in one line without control characters: a terminal would obey them, or hide what they change."""
    return "".join(character if character.isprintable() else "?" for character in " ".join(text.split()))
