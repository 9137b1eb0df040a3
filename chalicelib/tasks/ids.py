"""Task ids that tell when they were made and catch typing errors.

A task that nobody has said anything about yet has no record, so its id alone must tell that it is one of
ours and how old it is. It is a UUID of version 8 (RFC 9562, section 5.8):

    48 bits  Unix time in milliseconds          4 bits  version 8
    12 bits  random                             2 bits  variant
    46 bits  random                            16 bits  checksum of the rest

The checksum tells ids from typing errors; it guards nothing. A request with an Idempotency-Key gets a UUID
of version 5 (section 5.5) made of its caller and key instead: it always has a record.
"""

from __future__ import annotations

import secrets
import time
import uuid
import zlib

#: Namespace of the version 5 ids, drawn once at random.
KEYED_NAMESPACE = uuid.UUID("6f0a3d52-6f3c-4d0e-9d2b-0d6f3a1c8f47")

_VERSION = 0x8 << 76
_VARIANT = 0b10 << 62


def new_id(now: float | None = None) -> str:
    """Return a new id for a task submitted at `now` (seconds since 1970, the current time by default)."""
    milliseconds = int((time.time() if now is None else now) * 1000)
    value = milliseconds << 80 | _VERSION | secrets.randbits(12) << 64 | _VARIANT | secrets.randbits(46) << 16
    return str(uuid.UUID(int=value | _checksum(value)))


def keyed_id(caller: str, key: str) -> str:
    """Return the id of the task that this caller's Idempotency-Key stands for."""
    return str(uuid.uuid5(KEYED_NAMESPACE, f"{caller}\n{key}"))


def is_keyed(task_id: str) -> bool:
    """Tell whether a well-formed id was made of an Idempotency-Key."""
    return uuid.UUID(task_id).version == 5


def is_well_formed(text: str) -> bool:
    """Tell whether a text is an id that this service could have given, in the spelling that it gives."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return False
    if str(value) != text or value.variant != uuid.RFC_4122:
        return False
    return value.version == 5 or (value.version == 8 and value.int & 0xFFFF == _checksum(value.int & ~0xFFFF))


def submitted_at(task_id: str) -> float:
    """Return when the task of a version 8 id was submitted, in seconds since 1970."""
    return (uuid.UUID(task_id).int >> 80) / 1000


def _checksum(value: int) -> int:
    return zlib.crc32(value.to_bytes(16, "big")) & 0xFFFF
