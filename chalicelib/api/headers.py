"""The headers that many responses share."""

from __future__ import annotations

import math

from chalicelib.api import limits

Headers = dict[str, str | list[str]]


def retry_after(seconds: float) -> Headers:
    """Return the header that says when to send a request for a result that is expected after `seconds`."""
    bounded = min(max(math.ceil(seconds), limits.RETRY_AFTER_SECONDS), limits.MAX_RETRY_AFTER_SECONDS)
    return {"Retry-After": str(bounded)}


JSON = "application/json"
NO_STORE: Headers = {"Cache-Control": "no-store"}
NOSNIFF: Headers = {"X-Content-Type-Options": "nosniff"}
#: The header that tells whether all results of a list are there.
COMPLETE = "Results-Complete"
