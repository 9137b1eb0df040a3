"""The certificates of proven primes, deflated, in as many parts of the task as they need."""

from __future__ import annotations

import zlib

from chalicelib.store import table

#: The part of the task that the certificate begins in: the further parts have smaller numbers.
FIRST_PART = -1
#: The parts between the first parts of two certificates: those of the number and of each of its factors.
MAX_PARTS = 1_000
#: The bytes of a part: with its other attributes it must fit an item of 400 KB. Source: Amazon DynamoDB Developer
#: Guide, "Quotas".
MAX_PART_BYTES = 350_000


def write(task_id: str, expires_at: int, certificate: str, factor: int = 0) -> None:
    """Write the certificate of the number, or of the factor with this place among its factors, from 1.

    The first part is written last and tells how many there are, so that a certificate that is read is complete.
    """
    data = zlib.compress(certificate.encode("ascii"), level=9)
    pieces = [data[start : start + MAX_PART_BYTES] for start in range(0, len(data), MAX_PART_BYTES)]
    for index in reversed(range(len(pieces))):
        table.put_part(
            {
                "task_id": task_id,
                "part": _part(factor, index),
                "certificate": pieces[index],
                "pieces": len(pieces),
                "expires_at": expires_at,
            }
        )


def read(task_id: str, factor: int = 0) -> str | None:
    """Return the certificate of a task's number or of a factor, or None."""
    first = _read_part(task_id, _part(factor, 0))
    if first is None:
        return None
    pieces = [first["certificate"]]
    for index in range(1, int(first["pieces"])):
        item = _read_part(task_id, _part(factor, index))
        if item is None:
            return None
        pieces.append(item["certificate"])
    return zlib.decompress(b"".join(pieces)).decode("ascii")


def _part(factor: int, index: int) -> int:
    return FIRST_PART - MAX_PARTS * factor - index


def _read_part(task_id: str, part: int) -> table.Item | None:
    item = table.get(task_id, part)
    return None if item is None or table.has_expired(item) else item
