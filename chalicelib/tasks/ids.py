"""Task ids that carry the time of submission and a checksum.

A queued task has no item in the table, so its id alone tells whether this service made it, how old it is and how long
it is kept. It is a UUID of version 8 (RFC 9562, section 5.8):

    42 bits  Unix time in milliseconds, until the year 2109
     6 bits  when the result is expected         4 bits  version 8
    12 bits  random                             2 bits  variant
    46 bits  random                             4 bits  days that the task is kept
                                               12 bits  checksum of the rest

The result is expected after 4 ms times 2 to the power of half of those 6 bits: an estimate once given is known to
whoever reads the task, though nothing is stored. So are the days: a change of RETENTION_DAYS changes no accepted task.
The checksum detects each wrong digit and each two neighbours in the wrong order. It does not protect against forged
ids. A request with an Idempotency-Key gets a UUID of version 5 (section 5.5) that is made from its caller and its key:
who knows both knows the id. Such a task has an item from the start.
"""

from __future__ import annotations

import math
import re
import secrets
import uuid
import zlib

from chalicelib import clock

#: The namespace of the version 5 ids: a random UUID, drawn once.
KEYED_NAMESPACE = uuid.UUID("6f0a3d52-6f3c-4d0e-9d2b-0d6f3a1c8f47")

#: The shortest time after which an id can say that a result is expected, in seconds, and the steps of half a power of
#: two to the longest, which is 140 days.
MIN_EXPECTED_SECONDS, MAX_STEPS = 0.004, 63

_CHECKSUM = 0xFFF
_VERSION = 0x8 << 76
_VARIANT = 0b10 << 62


def new_id(seconds: float | None = None, expected_seconds: float = 0.0, days: int = 7) -> str:
    """Return a new id of a task.

    Args:
        seconds: when it is submitted, in seconds since 1970; by default now.
        expected_seconds: after how many seconds its result is expected.
        days: how long the task is kept, from 1 to 15.
    """
    milliseconds = int((clock.now() if seconds is None else seconds) * 1000)
    steps = round(2 * math.log2(max(expected_seconds / MIN_EXPECTED_SECONDS, 1.0)))
    known = milliseconds << 86 | min(steps, MAX_STEPS) << 80 | _VERSION | _VARIANT | days << 12
    value = known | secrets.randbits(12) << 64 | secrets.randbits(46) << 16
    return str(uuid.UUID(int=value | _checksum(value)))


def keyed_id(caller: str, key: str) -> str:
    """Return the id of the task that belongs to an Idempotency-Key of a caller."""
    return str(uuid.uuid5(KEYED_NAMESPACE, f"{caller}\n{key}"))


def is_keyed(task_id: str) -> bool:
    """Return whether a well-formed id was made from an Idempotency-Key."""
    return uuid.UUID(task_id).version == 5


def is_shaped(text: str) -> bool:
    """Return whether a text has the form of a UUID, mistyped or not: digits with hyphens could also be a difference."""
    return re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


def is_well_formed(text: str) -> bool:
    """Return whether a text is an id that this service could have made, spelled as the service spells it."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return False
    if str(value) != text or value.variant != uuid.RFC_4122:
        return False
    return value.version == 5 or (value.version == 8 and value.int & _CHECKSUM == _checksum(value.int & ~_CHECKSUM))


def submitted_at(task_id: str) -> float:
    """Return when the task of a version 8 id was submitted, in seconds since 1970."""
    return (uuid.UUID(task_id).int >> 86) / 1000


def retention_seconds(task_id: str) -> int:
    """Return how long the task of a version 8 id is kept, in seconds."""
    return (uuid.UUID(task_id).int >> 12 & 0xF) * 86_400


def expected_at(task_id: str) -> float:
    """Return when the result of a version 8 id was expected, in seconds since 1970."""
    steps = uuid.UUID(task_id).int >> 80 & MAX_STEPS
    return submitted_at(task_id) + MIN_EXPECTED_SECONDS * 2 ** (steps / 2)


def _checksum(value: int) -> int:
    return zlib.crc32(value.to_bytes(16, "big")) & _CHECKSUM
