"""The contract as an OpenAPI 3.1 document, made of the limits that requests are checked against."""

from __future__ import annotations

from typing import Any

from chalicelib.api import limits, pages, problems
from chalicelib.api.schemas import SCHEMAS, ref
from chalicelib.tasks import certificates

Object = dict[str, Any]

_PROBLEMS = {
    400: "The request is not what this address takes; `detail` says what to send instead.",
    403: "The `x-api-key` is missing or not valid.",
    404: "There is no such task, or it has expired.",
    409: "The task's state does not allow that.",
    413: "The request is over a limit.",
    415: "The body is not JSON.",
    422: "The Idempotency-Key was used with another body.",
    429: "The API key's rate or quota is used up.",
    503: "A part of the service does not answer; nothing was accepted.",
}


def document(prefix: str = "") -> Object:
    """Return the document of an API whose addresses begin with `prefix`, such as /api."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Is it prime?",
            "version": "1.0.0",
            "summary": "Tells whether a number is prime, whether that is proven, and how to check it.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": prefix or "/"}],
        "paths": {
            "/": {"post": _submit(), "get": _page()},
            "/{task_id}": {"parameters": [_TASK_ID], "get": _read(), "delete": _cancel()},
            "/{task_id}/retry": {"parameters": [_TASK_ID], "post": _retry()},
            "/{task_id}/results": {"parameters": [_TASK_ID], "get": _results()},
            "/{task_id}/certificate": {"parameters": [_TASK_ID], "get": _certificate()},
            "/queue": {"get": _operation("Look at the queues", {200: _json("What the queues hold.", "Queues")}, 503)},
            "/health": {"get": _open("Ask for health", {200: _json("Table and queues answer.", "Health")}, 503)},
            "/openapi.json": {"get": _open("Read this document", {200: _content("The contract.", limits.JSON)})},
            "/console/{name}": {"get": _asset()},
        },
        "components": {
            "schemas": SCHEMAS,
            "responses": {str(status): _problem(text) for status, text in _PROBLEMS.items()},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
        },
    }


def _parameter(place: str, name: str, description: str, schema: Object) -> Object:
    return {
        "in": place,
        "name": name,
        "description": description,
        "required": place == "path",
        "schema": schema,
    }


_TASK_ID = _parameter("path", "task_id", "The id that POST / gave.", {"type": "string", "format": "uuid"})
_PREFER = _parameter(
    "header",
    "Prefer",
    f"`wait=N` holds the answer until the task is final, at most {limits.WAIT_SECONDS} s (RFC 7240).",
    {"type": "string", "examples": ["wait=10"]},
)
_KEY = _parameter(
    "header",
    "Idempotency-Key",
    "The same key with the same body gives the same task.",
    {"type": "string", "pattern": f"^{limits.KEY_PATTERN}$"},
)
_IF_NONE_MATCH = _parameter("header", "If-None-Match", "The ETag that the client has.", {"type": "string"})


def _header(description: str) -> Object:
    return {"description": description, "schema": {"type": "string"}}


_RETRY_AFTER = {"Retry-After": _header("Seconds to wait before the next look.")}
_LOCATION = {"Location": _header("The task's address.")}


def _operation(summary: str, answers: dict[int, Object], *errors: int) -> Object:
    statuses = sorted({*errors, 400, 403, 429})
    responses = {str(status): answer for status, answer in answers.items()}
    responses |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}
    return {"summary": summary, "responses": responses, "security": [{}, {"key": []}]}


def _open(summary: str, answers: dict[int, Object], *errors: int) -> Object:
    return _operation(summary, answers, *errors) | {"security": []}


def _content(description: str, media_type: str, schema: Object | None = None, headers: Object | None = None) -> Object:
    answer: Object = {
        "description": description,
        "content": {media_type: {"schema": schema} if schema else {}},
    }
    return answer | {"headers": headers} if headers else answer


def _json(description: str, name: str, headers: Object | None = None) -> Object:
    return _content(description, limits.JSON, ref(name), headers)


def _problem(description: str) -> Object:
    return _content(description, problems.CONTENT_TYPE, ref("Problem"), _RETRY_AFTER)


def _submit() -> Object:
    answers = {
        202: _json("The message is in the queue.", "Accepted", _LOCATION | _RETRY_AFTER),
        200: _json("The finished task, where `Prefer: wait` was met.", "Task", _TASK_HEADERS),
    }
    body = {"required": True, "content": {limits.JSON: {"schema": {"oneOf": [ref("Single"), ref("List")]}}}}
    operation = _operation("Submit a number or a list of numbers", answers, 413, 415, 422, 503)
    return operation | {"parameters": [_PREFER, _KEY], "requestBody": body}


_TASK_HEADERS = {
    "ETag": _header("Names this state of a finished task."),
    "Cache-Control": _header("A finished task may be kept."),
    "Preference-Applied": _header("The wait that was kept to."),
    **_RETRY_AFTER,
}


def _read() -> Object:
    answers = {
        200: _json("The task.", "Task", _TASK_HEADERS),
        304: {"description": "The client has the task as it is."},
    }
    return _operation("Read a task", answers, 404, 503) | {"parameters": [_PREFER, _IF_NONE_MATCH]}


def _cancel() -> Object:
    return _operation("Cancel a task", {200: _json("The task, REVOKED.", "Task", _TASK_HEADERS)}, 404, 409, 503)


def _retry() -> Object:
    answer = _json("The task is queued again.", "Accepted", _LOCATION | _RETRY_AFTER)
    return _operation("Try a failed task again", {202: answer}, 404, 409, 503)


def _results() -> Object:
    answer = _json("A page of results in the list's order.", "Results", {"Link": _header("The next page (RFC 8288).")})
    answer["content"] |= {pages.NDJSON: {}, pages.CSV: {}}
    limit = {"type": "integer", "minimum": 1, "maximum": limits.MOST_PAGE_ROWS, "default": limits.PAGE_ROWS}
    parameters = [
        _parameter(
            "query",
            "cursor",
            "`next` of the page before.",
            {"type": "string", "pattern": f"^{limits.CURSOR_PATTERN}$"},
        ),
        _parameter("query", "limit", "Rows of the page.", limit),
    ]
    return _operation("Read a list's results", {200: answer}, 404, 503) | {"parameters": parameters}


def _certificate() -> Object:
    answer = _content("The certificate.", "text/plain", {"type": "string"})
    formats = {"enum": list(certificates.FORMATS), "default": certificates.FORMATS[0]}
    parameter = _parameter("query", "format", "The program that is to read it.", formats)
    return _operation("Read a certificate", {200: answer}, 404, 503) | {"parameters": [parameter]}


def _page() -> Object:
    return _open("Open the page for people", {200: _content("The page.", "text/html", {"type": "string"})})


def _asset() -> Object:
    name = _parameter("path", "name", "The file.", {"type": "string"})
    answer = {"description": "A file of the page.", "content": {"text/javascript": {}, "text/css": {}}}
    return _open("Read a file of the page", {200: answer}, 404) | {"parameters": [name]}
