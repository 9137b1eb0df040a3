"""The certificates of proven primes, deflated, in as many parts as they need: of their task, or of a stored result."""

from __future__ import annotations

import hashlib
import zlib

from chalicelib.store import table
from chalicelib.store.table import Condition, ConditionFailed

#: The bytes of a part: with its other attributes it must fit an item of 400 KB. Source: Amazon DynamoDB Developer
#: Guide, "Quotas".
MAX_PART_BYTES = 350_000


def write(key: str, expires_at: int, prime: int, certificate: str) -> None:
    """Write the certificate of a prime.

    Two attempts may write at once. The key of a piece has the hash of the whole, and the first piece, which names that
    hash and how many pieces there are, is written last: what it names is complete.
    """
    data = zlib.compress(certificate.encode("ascii"), level=9)
    pieces = [data[start : start + MAX_PART_BYTES] for start in range(0, len(data), MAX_PART_BYTES)]
    digest = hashlib.sha256(data).hexdigest()
    for index in reversed(range(len(pieces))):
        table.put_part(
            {
                "task_id": key,
                "part": part_of(prime, index, digest),
                "certificate": pieces[index],
                "digest": digest,
                "pieces": len(pieces),
                "expires_at": expires_at,
            }
        )


def renew(key: str, expires_at: int, prime: int) -> bool:
    """Let a certificate live on until a time, in seconds since 1970, or later; return whether it is there."""
    condition = Condition("attribute_exists(task_id) AND expires_at < :until", {}, {":until": expires_at})
    pieces, index, digest = 1, 0, ""
    while index < pieces:
        part, update = part_of(prime, index, digest), "SET expires_at = :until"
        try:
            item: table.Item | None = table.update(key, part, update, {}, condition=condition, returning="ALL_NEW")
        except ConditionFailed as failed:  # another task may have renewed it for longer
            item = failed.item
        if item is None:
            return False
        pieces, digest, index = int(item["pieces"]), item["digest"], index + 1
    return True


def read(key: str, prime: int) -> str | None:
    """Return the certificate of a prime, or None if it is not complete."""
    data, pieces, index, digest = b"", 1, 0, ""
    while index < pieces:
        item = table.get(key, part_of(prime, index, digest))
        if item is None or table.has_expired(item):
            return None
        data += item["certificate"]
        pieces, digest, index = int(item["pieces"]), item["digest"], index + 1
    return zlib.decompress(data).decode("ascii") if hashlib.sha256(data).hexdigest() == digest else None


def part_of(prime: int, index: int, digest: str) -> int:
    """Return the part of a piece: a negative number of 29 digits, of the 38 that DynamoDB has."""
    name = f"{prime:x} {index} {digest if index else ''}"
    return -1 - int.from_bytes(hashlib.sha256(name.encode("ascii")).digest()[:12], "big")
