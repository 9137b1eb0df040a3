"""The budget of the requests that wait: on AWS each holds a function, which other requests need.

See docs/decisions/bounded-waits.md.
"""

from __future__ import annotations

import math

from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.store import waits

#: A wait of this time is not counted, in seconds: nearly every single number is finished within it.
FREE_SECONDS = 0.5

#: The last step whose seconds were used up, as far as this process has seen: its other requests need not ask.
_full_steps: list[int] = []


def may_go_on(seconds: float) -> bool:
    """Return whether a request may wait for `seconds` more, and count them if it may."""
    limit = settings().max_waits
    step = waits.current_step()
    if not limit or seconds <= 0:
        return True
    if step in _full_steps:
        return False
    try:
        is_free = waits.add(step, math.ceil(seconds)) <= limit * waits.STEP_SECONDS
    except Unavailable:
        return False
    if not is_free:
        _full_steps[:] = [step]
    return is_free
