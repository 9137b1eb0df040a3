"""The errors of the servers on this machine themselves, as problem details (RFC 9457)."""

import json
from http import HTTPStatus

Headers = list[tuple[str, str]]
Response = tuple[int, Headers, bytes]


class Refused(Exception):
    """The server refuses a request before the application sees it."""

    def __init__(self, status: int, detail: str, *headers: tuple[str, str]) -> None:
        super().__init__(detail)
        self.response = problem(status, detail, *headers)


def problem(status: int, detail: str, *headers: tuple[str, str]) -> Response:
    """Return the status, the headers and the body of an error; `detail` says what to do about it."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    fixed = [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ]
    return status, [*fixed, *headers], json.dumps(content).encode()
