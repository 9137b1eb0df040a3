"""Errors as RFC 9457 problem details."""

from __future__ import annotations

import json
from http import HTTPStatus

from chalice.app import Response

from chalicelib.errors import ServiceError, Unavailable

CONTENT_TYPE = "application/problem+json"
#: Where Python still has the names of RFC 2616 (RFC 9110, section 15).
_PHRASES = {413: "Content Too Large", 414: "URI Too Long"}


def of_error(error: ServiceError) -> Response:
    """Return the answer that an error of the service is."""
    advice = " Nothing was accepted: try again." if isinstance(error, Unavailable) else ""
    return problem(error.status, error.title, error.detail + advice, error.headers)


def of_status(status: int, detail: str) -> Response:
    """Return the answer for a status that has no error of its own."""
    return problem(status, _PHRASES.get(status) or HTTPStatus(status).phrase, detail, {})


def problem(status: int, title: str, detail: str, headers: dict[str, str]) -> Response:
    """Return problem details: `title` is the kind of error, `detail` says what to do about this one."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(json.dumps(body), {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store", **headers}, status)
