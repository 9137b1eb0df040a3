"""The headers that many responses share."""

from __future__ import annotations

from chalicelib.api import limits

Headers = dict[str, str | list[str]]

JSON = "application/json"
NO_STORE: Headers = {"Cache-Control": "no-store"}
NOSNIFF: Headers = {"X-Content-Type-Options": "nosniff"}
RETRY_AFTER: Headers = {"Retry-After": str(limits.RETRY_AFTER_SECONDS)}
#: The header that tells whether all results of a list are there.
COMPLETE = "Results-Complete"
