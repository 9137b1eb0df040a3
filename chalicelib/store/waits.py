"""The seconds that all requests together wait, in steps of ten seconds.

A step is an item: what a request adds to it is never taken back, so that a process that ends in a wait leaves nothing
behind.
"""

from __future__ import annotations

from chalicelib import clock
from chalicelib.store import table

STEP_SECONDS = 10
#: How long an item is kept, in seconds.
KEEP_SECONDS = 600

#: All steps are parts of one key, which takes 1,000 writes per second.
_KEY = "waits"


def current_step() -> int:
    """Return the number of the current step."""
    return int(clock.now()) // STEP_SECONDS


def add(step: int, seconds: int) -> int:
    """Add the seconds of a wait to a step; return the sum of all waits that began in it."""
    item = table.update(
        _KEY,
        step,
        "ADD seconds :seconds SET expires_at = :expiry",
        {":seconds": seconds, ":expiry": (step + 1) * STEP_SECONDS + KEEP_SECONDS},
        returning="UPDATED_NEW",
    )
    return int(item["seconds"])
