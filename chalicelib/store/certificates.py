"""The certificates of proven primes, deflated, in as many parts as they need: of their task, or of a stored result."""

from __future__ import annotations

import zlib

from chalicelib.store import table
from chalicelib.store.table import Condition, ConditionFailed

#: The part of the task that the certificate begins in: the further parts have smaller numbers.
FIRST_PART = -1
#: The parts between the first parts of two certificates: those of the number and of each of its factors.
MAX_PARTS = 1_000
#: The bytes of a part: with its other attributes it must fit an item of 400 KB. Source: Amazon DynamoDB Developer
#: Guide, "Quotas".
MAX_PART_BYTES = 350_000


def write(key: str, expires_at: int, certificate: str, factor: int = 0) -> None:
    """Write the certificate of the number, or of the factor with this place among its factors, from 1.

    The first part is written last and tells how many there are, so that a certificate that is read is complete.
    """
    data = zlib.compress(certificate.encode("ascii"), level=9)
    pieces = [data[start : start + MAX_PART_BYTES] for start in range(0, len(data), MAX_PART_BYTES)]
    for index in reversed(range(len(pieces))):
        table.put_part(
            {
                "task_id": key,
                "part": _part(factor, index),
                "certificate": pieces[index],
                "pieces": len(pieces),
                "expires_at": expires_at,
            }
        )


def renew(key: str, expires_at: int, factor: int = 0) -> bool:
    """Let a certificate live on until a time, in seconds since 1970, or later; return whether it is there."""
    condition = Condition("attribute_exists(task_id) AND expires_at < :until", {}, {":until": expires_at})
    pieces = index = 1
    while index <= pieces:
        part, update = _part(factor, index - 1), "SET expires_at = :until"
        try:
            item: table.Item | None = table.update(key, part, update, {}, condition=condition, returning="ALL_NEW")
        except ConditionFailed as failed:  # another task may have renewed it for longer
            item = failed.item
        if item is None:
            return False
        pieces, index = int(item["pieces"]), index + 1
    return True


def read(key: str, factor: int = 0) -> str | None:
    """Return the certificate of a task's number or of a factor, or None."""
    first = _read_part(key, _part(factor, 0))
    if first is None:
        return None
    pieces = [first["certificate"]]
    for index in range(1, int(first["pieces"])):
        item = _read_part(key, _part(factor, index))
        if item is None:
            return None
        pieces.append(item["certificate"])
    return zlib.decompress(b"".join(pieces)).decode("ascii")


def _part(factor: int, index: int) -> int:
    return FIRST_PART - MAX_PARTS * factor - index


def _read_part(key: str, part: int) -> table.Item | None:
    item = table.get(key, part)
    return None if item is None or table.has_expired(item) else item
