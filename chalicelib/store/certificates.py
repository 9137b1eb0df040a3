"""The certificates of proven primes, deflated, in as many parts of the task as they need."""

from __future__ import annotations

import zlib

from chalicelib.primality.result import Certificate
from chalicelib.store import table

#: The formats, and the first part of each: the further parts have smaller numbers.
_FIRST_PARTS = {"pari": -1, "primo": -1001}
FORMATS = tuple(_FIRST_PARTS)

#: The bytes of a part: with its other attributes it must fit an item of 400 KB. Source: Amazon DynamoDB Developer
#: Guide, "Quotas".
MAX_PART_BYTES = 350_000


def write(task_id: str, certificate: Certificate) -> None:
    """Write a certificate in every format.

    The first part is written last and tells how many there are, so that a certificate that is read is complete.
    """
    for name, first_part in _FIRST_PARTS.items():
        data = zlib.compress(getattr(certificate, name).encode("ascii"), level=9)
        pieces = [data[start : start + MAX_PART_BYTES] for start in range(0, len(data), MAX_PART_BYTES)]
        for index in reversed(range(len(pieces))):
            table.put(
                {
                    "task_id": task_id,
                    "part": first_part - index,
                    "certificate": pieces[index],
                    "pieces": len(pieces),
                    "expires_at": table.expiry(),
                }
            )


def read(task_id: str, name: str) -> str | None:
    """Return a certificate in a format, or None."""
    first_part = _FIRST_PARTS[name]
    first = table.get(task_id, first_part)
    if first is None:
        return None
    pieces = [first["certificate"]]
    for index in range(1, int(first["pieces"])):
        item = table.get(task_id, first_part - index)
        if item is None:
            return None
        pieces.append(item["certificate"])
    return zlib.decompress(b"".join(pieces)).decode("ascii")
