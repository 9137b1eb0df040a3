"""What the local server says where API Gateway would answer itself: problem+json (RFC 9457), as there."""

from typing import Any

from chalicelib.api.problems import from_status

NOTHING = "There is nothing at this address: see /openapi.json for what there is."
OURS = "The fault is ours: send the request again, and tell us if it stays."


class Refused(Exception):
    """The server refuses a request before the app sees it."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def problem(status: int, detail: str) -> tuple[int, dict[str, Any], bytes]:
    """Give an error's status, headers and body. Source: RFC 9457, section 3."""
    answer = from_status(status, detail)
    return status, answer.headers, answer.body.encode()
