"""The current time, and times as the service writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

#: Returns the current time in seconds since 1970.
now = time.time


def rfc3339(seconds: float) -> str:
    """Return seconds since 1970 as RFC 3339 text in UTC with milliseconds, such as 2026-11-24T08:15:30.123Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(text: str) -> float:
    """Return the seconds since 1970 of RFC 3339 text."""
    return datetime.fromisoformat(text).timestamp()


def timestamp() -> str:
    """Return the current time as RFC 3339 text."""
    return rfc3339(now())
