"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.api.headers import NO_STORE, NOSNIFF, Headers, retry_after
from chalicelib.errors import (
    Conflict,
    IdempotencyKeyReused,
    InvalidInput,
    LimitExceeded,
    NotFound,
    NotJSON,
    Overloaded,
    ServiceError,
    Unavailable,
)

CONTENT_TYPE = "application/problem+json"

#: The HTTP status of each error. A kind that is not here has the status of its base class.
STATUSES: dict[type[ServiceError], int] = {
    InvalidInput: 400,
    NotFound: 404,
    Conflict: 409,
    LimitExceeded: 413,
    NotJSON: 415,
    IdempotencyKeyReused: 422,
    Unavailable: 503,
}
#: Titles that Python's http module still has from RFC 2616. Source: RFC 9110, section 15.5.
_TITLES = {413: "Content Too Large", 414: "URI Too Long"}


def from_error(error: ServiceError) -> Response:
    """Return the response to an error of the service."""
    problem = error_json(error)
    if isinstance(error, Overloaded):
        return _response(problem, {"Retry-After": str(error.retry_after)})
    return _response(problem, retry_after(0) if problem["status"] == 503 else {})


def from_status(status: int, detail: str) -> Response:
    """Return the response for a status: `detail` says what to do next."""
    return _response(status_json(status, detail), {})


def error_json(error: ServiceError) -> dict[str, Any]:
    """Return the problem of an error of the service as JSON has it."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    problem = _json(status, error.title, error.detail)
    if isinstance(error, NotFound) and error.digits is not None:
        problem["digits"] = error.digits
    return problem


def status_json(status: int, detail: str) -> dict[str, Any]:
    """Return the problem of a status as JSON has it."""
    return _json(status, _TITLES.get(status) or HTTPStatus(status).phrase, detail)


def _json(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def _response(problem: dict[str, Any], headers: Headers) -> Response:
    fixed = {"Content-Type": CONTENT_TYPE, **NO_STORE, **NOSNIFF}
    return Response(json.dumps(problem), {**fixed, **headers}, problem["status"])
