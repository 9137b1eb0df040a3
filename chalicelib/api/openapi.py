"""The HTTP contract as an OpenAPI 3.1 document, with the limits that requests are validated against."""

from __future__ import annotations

from typing import Any

from chalicelib import VERSION
from chalicelib.api import examples, limits, pages, problems
from chalicelib.api.headers import COMPLETE, JSON
from chalicelib.api.schemas import SCHEMAS, ref
from chalicelib.certificates.formats import FORMATS

Object = dict[str, Any]


def document(prefix: str = "") -> Object:
    """Return the document of an API whose paths begin with `prefix`, such as /api."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Is it prime?",
            "version": VERSION,
            "summary": "Tells whether a number is prime, whether that is proven, and how to check it.",
            "description": "A submitted number is queued as a task, whose result is read at the task's address. Every "
            "error is a problem (RFC 9457) whose `detail` says what to send instead. Each GET address also takes HEAD.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": prefix or "/"}],
        "tags": [
            {"name": "tasks", "description": "Submit numbers and read their results."},
            {"name": "service", "description": "The state of the service, its contract and its page."},
        ],
        "paths": {
            "/": {"post": _submit(), "get": _page()},
            "/{task_id}": {"parameters": [_TASK_ID], "get": _read(), "delete": _cancel()},
            "/{task_id}/retry": {"parameters": [_TASK_ID], "post": _retry()},
            "/{task_id}/results": {"parameters": [_TASK_ID], "get": _results()},
            "/{task_id}/certificate": {"parameters": [_TASK_ID], "get": _certificate()},
            "/certificates": {"post": _verify()},
            "/queue": {"get": _queue()},
            "/health": {"get": _health()},
            "/openapi.json": {"get": _contract("readContract", "Read this document", JSON, "object")},
            "/docs": {"get": _contract("readReference", "Read this document as a page", "text/html", "string")},
            "/page/{name}": {"get": _asset()},
        },
        "components": {
            "schemas": SCHEMAS,
            "responses": {str(status): _problem(status, text) for status, text in problems.DESCRIPTIONS.items()},
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


_TASK_ID = _parameter(
    "path",
    "task_id",
    "The id that POST / returned.",
    {"type": "string", "format": "uuid", "examples": [examples.BODIES["Accepted"]["task_id"]]},
)
_PREFER = _parameter(
    "header",
    "Prefer",
    f"`wait=N` delays the response until the task is final, by at most {limits.MAX_WAIT_SECONDS} s (RFC 7240). It"
    " comes at once where the task is expected later, or where too many requests wait.",
    {"type": "string", "examples": ["wait=10"]},
)
_KEY = _parameter(
    "header",
    "Idempotency-Key",
    "The same key with the same body returns the same task.",
    {"type": "string", "pattern": f"^{limits.KEY_PATTERN}$"},
)
_IF_NONE_MATCH = _parameter("header", "If-None-Match", "The ETag of what the client has.", {"type": "string"})


def _header(description: str) -> Object:
    return {"description": description, "schema": {"type": "string"}}


_RETRY_AFTER = {"Retry-After": _header("Seconds to wait before the next request.")}
_LOCATION = {"Location": _header("The address of the task.")}
_TASK_HEADERS = {
    "ETag": _header("The version of a finished task."),
    "Cache-Control": _header("How long a finished task may be kept."),
    "Preference-Applied": _header("The wait that was applied."),
    **_RETRY_AFTER,
}


def _operation(
    name: str, tag: str, summary: str, description: str, responses: dict[int, Object], *errors: int
) -> Object:
    statuses = sorted({*errors, 400, 403, 429})
    by_status = {str(status): response for status, response in responses.items()}
    by_status |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}
    return {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        "description": description,
        "responses": by_status,
        "security": [{}, {"key": []}],
    }


def _public(name: str, summary: str, description: str, responses: dict[int, Object], *errors: int) -> Object:
    return _operation(name, "service", summary, description, responses, *errors) | {"security": []}


def _content(description: str, media_type: str, content: Object, headers: Object | None = None) -> Object:
    response: Object = {"description": description, "content": {media_type: content}}
    return response | {"headers": headers} if headers else response


def _json(description: str, name: str, headers: Object | None = None) -> Object:
    return _content(description, JSON, {"schema": ref(name), "example": examples.BODIES[name]}, headers)


def _accepted(description: str) -> Object:
    parameters = {"task_id": "$response.body#/task_id"}
    links = {
        name: {"operationId": name, "parameters": parameters, "description": text}
        for name, text in {"readTask": "The task.", "cancelTask": "Ends it.", "readResults": "Those of a list."}.items()
    }
    return _json(description, "Accepted", _LOCATION | _RETRY_AFTER) | {"links": links}


def _task(description: str, **shown: Object) -> Object:
    return _content(description, JSON, {"schema": ref("Task"), **shown}, _TASK_HEADERS)


def _text(example: str) -> Object:
    return {"schema": {"type": "string"}, "example": example}


def _problem(status: int, description: str) -> Object:
    content = {"schema": ref("Problem"), "example": examples.PROBLEMS[status]}
    return _content(description, problems.CONTENT_TYPE, content, _RETRY_AFTER)


def _submit() -> Object:
    responses = {
        202: _accepted("The message is in the queue."),
        200: _task("The finished task, where `Prefer: wait` was applied.", examples=examples.TASKS),
    }
    bodies = {
        "number": {"summary": "A number", "value": {"number": 11}},
        "expression": {"summary": "An expression", "value": {"number": "2^127-1"}},
        "list": {"summary": "A list", "value": {"numbers": [11, "0x1f", "25!+1"]}},
        "range": {"summary": "A range", "value": {"numbers": ["10^12..10^12+1000"]}},
        "factors": {"summary": "The prime factors, too", "value": {"number": "2^256-1", "factors": True}},
        "next": {"summary": "The next prime", "value": {"number": "10^9", "find": "next"}},
    }
    body = {"schema": {"oneOf": [ref("NumberSubmission"), ref("ListSubmission")]}, "examples": bodies}
    description = (
        "Queues the number, or the list as one task. The response 202 means that the message is in the queue. Send an "
        "Idempotency-Key to be able to repeat the request after a lost response."
    )
    summary = "Submit a number or a list of numbers"
    operation = _operation("submit", "tasks", summary, description, responses, 413, 415, 422, 503)
    return operation | {"parameters": [_PREFER, _KEY], "requestBody": {"required": True, "content": {JSON: body}}}


def _read() -> Object:
    responses = {
        200: _task("The task.", examples=examples.TASKS),
        304: {"description": "The task is the one that the client has."},
    }
    responses[200]["content"]["text/html"] = {}
    description = (
        "Returns the task as it is, or with `Prefer: wait=N` once it is final. SUCCESS, FAILURE and REVOKED are final. "
        "A browser that asks for text/html gets the page, which shows the task."
    )
    operation = _operation("readTask", "tasks", "Read a task", description, responses, 404, 503)
    return operation | {"parameters": [_PREFER, _IF_NONE_MATCH]}


def _cancel() -> Object:
    responses = {200: _task("The task, REVOKED.", example=examples.CANCELLED)}
    description = (
        "Ends a task that is not final. A proof that runs is stopped within 10 s. Sent again, it returns the same task."
    )
    return _operation("cancelTask", "tasks", "Cancel a task", description, responses, 404, 409, 503)


def _retry() -> Object:
    responses = {202: _accepted("The task is queued again.")}
    description = (
        "Queues a task whose status is FAILURE again; of a list, the chunks that failed. Its expiry stays as it is."
    )
    return _operation("retryTask", "tasks", "Queue a failed task again", description, responses, 404, 409, 503)


def _results() -> Object:
    headers = {
        "Link": _header("The next page (RFC 8288)."),
        COMPLETE: _header("Whether all numbers of the list were finished when the page was read: true or false."),
    }
    response = _json("A page of results in the order of the list.", "Results", headers)
    response["content"] |= {pages.NDJSON: _text(examples.NDJSON), pages.CSV: _text(examples.CSV)}
    limit = {"type": "integer", "minimum": 1, "maximum": limits.MAX_PAGE_RESULTS, "default": limits.PAGE_RESULTS}
    cursor = {"type": "string", "pattern": f"^{limits.CURSOR_PATTERN}$"}
    parameters = [
        _parameter("query", "cursor", "`next` of the page before.", cursor),
        _parameter("query", "limit", "The most results of the page.", limit),
        _parameter("query", "only", "Only these results.", {"enum": ["primes", "composites"]}),
        _PREFER,
    ]
    description = (
        "Returns a page of results as JSON, or as lines with `Accept: application/x-ndjson` or `text/csv`. A list that "
        "is not finished has a last page, too: `complete` and the header Results-Complete say whether it is the end. "
        "A page also ends when it is large or takes seconds to read: it has fewer results than the limit then, or "
        "none, and `next` says where to go on."
    )
    summary = "Read the results of a list"
    operation = _operation("readResults", "tasks", summary, description, {200: response}, 404, 503)
    return operation | {"parameters": parameters}


def _certificate() -> Object:
    response = _content("The certificate.", "text/plain", _text(examples.CERTIFICATE))
    formats = {"enum": list(FORMATS), "default": FORMATS[0]}
    parameter = _parameter(
        "query",
        "format",
        "`pari` is the certificate as it was made, `primo` one for Primo, `rocq` a theorem of Rocq (Coq).",
        formats,
    )
    summary = "Read the certificate of a proven prime"
    description = (
        "Every number above 2^64 that is proven prime has one, and every such factor. 404 if the format cannot express "
        "its kind of proof."
    )
    operation = _operation("readCertificate", "tasks", summary, description, {200: response}, 404, 503)
    factor = _parameter(
        "query",
        "factor",
        "The place of a prime factor in `factors`, from 1: its certificate instead of the number's.",
        {"type": "integer", "minimum": 1, "maximum": 99_999},
    )
    return operation | {"parameters": [parameter, factor]}


def _verify() -> Object:
    responses = {200: _json("What the check found.", "Verification")}
    description = (
        "Checks a certificate by the service's own verifier, of PARI's or Primo's format, whoever made it. A text that "
        "is no certificate is not valid, too. One whose check takes longer than some seconds is 413: the command "
        "`isprime verify` checks it."
    )
    operation = _operation("verifyCertificate", "service", "Check a certificate", description, responses, 413)
    body = {"required": True, "content": {"text/plain": _text(examples.CERTIFICATE)}}
    return operation | {"requestBody": body}


def _queue() -> Object:
    cursor = {"type": "string", "pattern": f"^{limits.TIME_PATTERN}$"}
    parameter = _parameter("query", "cursor", "`next` of the page of failed tasks before.", cursor)
    responses = {200: _json("What the queues hold, and the tasks that failed last.", "Queues")}
    description = "Returns approximate counts of messages, what the consumers finished, and a page of failed tasks."
    operation = _operation("readQueues", "service", "Read the queues", description, responses, 503)
    return operation | {"parameters": [parameter]}


def _health() -> Object:
    responses = {200: _json("The table and the queues respond.", "Health")}
    description = "Calls the table and each queue. It is also 503 while numbers wait and the workers finish none."
    return _public("readHealth", "Check the service", description, responses, 503)


def _contract(name: str, summary: str, media_type: str, kind: str) -> Object:
    response = _content("The contract.", media_type, {"schema": {"type": kind}})
    return _public(name, summary, "Returns the OpenAPI document.", {200: response})


def _page() -> Object:
    responses = {
        200: _content("The page.", "text/html", {"schema": {"type": "string"}}),
        304: {"description": "The page is the one that the client has."},
    }
    operation = _public("readPage", "Open the page for people", "Returns the page, which calls this API.", responses)
    return operation | {"parameters": [_IF_NONE_MATCH]}


def _asset() -> Object:
    name = _parameter("path", "name", "The name of the file.", {"type": "string", "examples": ["mark.svg"]})
    content: Object = {media_type: {} for media_type in ("text/javascript", "text/css", "image/svg+xml")}
    response = {"description": "A file of the page.", "content": content}
    description = "Returns one of the scripts, style sheets and images that the page names."
    return _public("readAsset", "Read a file of the page", description, {200: response}, 404) | {"parameters": [name]}
