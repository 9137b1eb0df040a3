"""What the local server says where API Gateway would answer itself: problem+json (RFC 9457), as there."""

import json
from http import HTTPStatus

NOTHING = "There is nothing at this address: see /openapi.json for what there is."
OURS = "The fault is ours: send the request again, and tell us if it stays."

#: Where Python still has the names of RFC 2616. Source: RFC 9110, section 15.
TITLES = {413: "Content Too Large", 414: "URI Too Long"}


class Refused(Exception):
    """The server refuses a request before the app sees it."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def problem(status: int, detail: str) -> tuple[int, dict[str, str], bytes]:
    """Give an error's status, headers and body. Source: RFC 9457, section 3."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    members = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return status, {"Content-Type": "application/problem+json"}, json.dumps(members).encode()
