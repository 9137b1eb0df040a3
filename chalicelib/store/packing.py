"""The results of a chunk as one attribute: the lines of primality/lines.py, deflated."""

from __future__ import annotations

import zlib

#: zlib's fastest level: the others make the data little smaller.
_LEVEL = 1


def pack(text: bytes) -> bytes:
    """Return lines of results, joined by newlines, packed."""
    return zlib.compress(text, level=_LEVEL)


def unpack(packed: bytes) -> list[str]:
    """Return the lines that were packed."""
    return zlib.decompress(packed).decode("ascii").split("\n")
