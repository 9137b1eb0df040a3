"""The HTTP contract as an OpenAPI 3.1 document, with the limits that requests are validated against."""

from __future__ import annotations

from chalicelib import VERSION
from chalicelib.api import examples, limits, pages, problems
from chalicelib.api import openapi_service as service
from chalicelib.api.headers import COMPLETE, JSON
from chalicelib.api.openapi_parts import (
    RETRY_AFTER,
    Object,
    header,
    json_response,
    operation,
    parameter,
    problem,
    response,
    text_content,
)
from chalicelib.api.schema_parts import ref
from chalicelib.api.schemas import SCHEMAS
from chalicelib.certificates.formats import FORMATS


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
            {"name": "numbers", "description": "Read what is known of a number."},
            {"name": "service", "description": "The state of the service, its contract and its page."},
        ],
        "paths": {
            "/": {"post": _submit(), "get": service.web_page()},
            "/{task_id}": {"parameters": [_TASK_ID], "get": _read(), "delete": _cancel()},
            "/{task_id}/retry": {"parameters": [_TASK_ID], "post": _retry()},
            "/{task_id}/results": {"parameters": [_TASK_ID], "get": _results()},
            "/{task_id}/certificate": {"parameters": [_TASK_ID], "get": _certificate()},
            "/{task_id}/{divisor}": {
                "parameters": [_TASK_ID | {"schema": _TEXT, "description": "The dividend."}, _DIVISOR],
                "get": _number("readQuotient", "(2^127+1)/3"),
            },
            "/numbers/{notation}": {"parameters": [_NOTATION], "get": _number("readNumber", "2^2203-1")},
            "/numbers/{notation}/certificate": {"parameters": [_NOTATION], "get": _certificate_of_number()},
            "/numbers/{notation}/{divisor}": {
                "parameters": [_NOTATION, _DIVISOR],
                "get": _number("readNumberQuotient", "(2^127+1)/3"),
            },
            "/certificates": {"post": _verify()},
            "/queue": {"get": service.queue()},
            "/tasks": {"get": service.tasks()},
            "/health": {"get": service.health()},
            "/openapi.json": {"get": service.contract("readContract", "Read this document", JSON, "object")},
            "/docs": {"get": service.contract("readReference", "Read this document as a page", "text/html", "string")},
        },
        "components": {
            "schemas": SCHEMAS,
            "responses": {str(status): problem(status, text) for status, text in problems.DESCRIPTIONS.items()},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
        },
    }


_TASK_ID = parameter(
    "path",
    "task_id",
    "The id that POST / returned.",
    {"type": "string", "format": "uuid", "examples": [examples.BODIES["Accepted"]["task_id"]]},
)
_TEXT = {"type": "string"}
_NOTATION = parameter(
    "path",
    "notation",
    "A number as POST / takes it as text; a slash as %2F.",
    _TEXT | {"examples": ["2^2203-1", "(10^1031-1)%2F9"]},
)
_DIVISOR = parameter("path", "divisor", "What is behind a slash that is not written as %2F.", _TEXT)
_PREFER = parameter(
    "header",
    "Prefer",
    f"`wait=N` delays the response until the task is final, by at most {limits.MAX_WAIT_SECONDS} s (RFC 7240). It"
    " comes at once where the task is expected later, or where too many requests wait.",
    {"type": "string", "examples": ["wait=10"]},
)
_KEY = parameter(
    "header",
    "Idempotency-Key",
    "The same key with the same body returns the same task. Take a random one, such as a UUID: the id of the task"
    " follows from it.",
    {"type": "string", "pattern": f"^{limits.KEY_PATTERN}$"},
)

_LOCATION = {"Location": header("The address of the task.")}
_TASK_HEADERS = {
    "ETag": header("The version of a finished task."),
    "Cache-Control": header("How long a finished task may be kept."),
    "Preference-Applied": header("The wait that was applied."),
    **RETRY_AFTER,
}


def _accepted(description: str) -> Object:
    parameters = {"task_id": "$response.body#/task_id"}
    links = {
        name: {"operationId": name, "parameters": parameters, "description": text}
        for name, text in {"readTask": "The task.", "cancelTask": "Ends it.", "readResults": "Those of a list."}.items()
    }
    return json_response(description, "Accepted", _LOCATION | RETRY_AFTER) | {"links": links}


def _task(description: str, **shown: Object) -> Object:
    return response(description, JSON, {"schema": ref("Task"), **shown}, _TASK_HEADERS)


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
    described = operation("submit", "tasks", summary, description, responses, 413, 415, 422, 503)
    return described | {"parameters": [_PREFER, _KEY], "requestBody": {"required": True, "content": {JSON: body}}}


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
    described = operation("readTask", "tasks", "Read a task", description, responses, 404, 503)
    return described | {"parameters": [_PREFER, service.IF_NONE_MATCH]}


def _cancel() -> Object:
    responses = {200: _task("The task, REVOKED.", example=examples.CANCELLED)}
    description = (
        "Ends a task that is not final. A proof that runs is stopped within 10 s. Sent again, it returns the same task."
    )
    return operation("cancelTask", "tasks", "Cancel a task", description, responses, 404, 409, 503)


def _retry() -> Object:
    responses = {202: _accepted("The task is queued again.")}
    description = (
        "Queues a task whose status is FAILURE again; of a list, the chunks that failed. Its expiry stays as it is."
    )
    return operation("retryTask", "tasks", "Queue a failed task again", description, responses, 404, 409, 503)


def _results() -> Object:
    headers = {
        "Link": header("The next page (RFC 8288)."),
        COMPLETE: header("Whether all numbers of the list were finished when the page was read: true or false."),
    }
    returned = json_response("A page of results in the order of the list.", "Results", headers)
    returned["content"] |= {
        pages.NDJSON: text_content(examples.NDJSON),
        pages.CSV: text_content(examples.CSV),
    }
    limit = {"type": "integer", "minimum": 1, "maximum": limits.MAX_PAGE_RESULTS, "default": limits.PAGE_RESULTS}
    cursor = {"type": "string", "pattern": f"^{limits.CURSOR_PATTERN}$"}
    parameters = [
        parameter("query", "cursor", "`next` of the page before.", cursor),
        parameter("query", "limit", "The most results of the page.", limit),
        parameter("query", "only", "Only these results.", {"enum": ["primes", "composites"]}),
        _PREFER,
    ]
    description = (
        "Returns a page of results as JSON, or as lines with `Accept: application/x-ndjson` or `text/csv`. A list that "
        "is not finished has a last page, too: `complete` and the header Results-Complete say whether it is the end. "
        "A page also ends when it is large or takes seconds to read: it has fewer results than the limit then, or "
        "none, and `next` says where to go on."
    )
    summary = "Read the results of a list"
    described = operation("readResults", "tasks", summary, description, {200: returned}, 404, 503)
    return described | {"parameters": parameters}


def _number(name: str, example: str) -> Object:
    returned = json_response("The stored result.", "NumberResult")
    returned["content"]["text/html"] = {}
    description = (
        f"Returns the stored result of a number, such as {example}: results that took long are kept for weeks. 404 "
        "if there is none; `detail` says which number was understood and how to ask for it. A browser that asks for "
        "text/html gets the page, which submits the number."
    )
    return operation(name, "numbers", "Read the stored result of a number", description, {200: returned}, 404, 413, 503)


def _certificate_of_number() -> Object:
    described = _certificate()
    description = f"As the certificate of a task. {described['description']}"
    return described | {"operationId": "readCertificateOfNumber", "tags": ["numbers"], "description": description}


def _certificate() -> Object:
    returned = response("The certificate.", "text/plain", text_content(examples.CERTIFICATE))
    formats = {"enum": list(FORMATS), "default": FORMATS[0]}
    named = parameter(
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
    described = operation("readCertificate", "tasks", summary, description, {200: returned}, 404, 503)
    factor = parameter(
        "query",
        "factor",
        "The place of a prime factor in `factors`, from 1: its certificate instead of the number's.",
        {"type": "integer", "minimum": 1, "maximum": 99_999},
    )
    return described | {"parameters": [named, factor]}


def _verify() -> Object:
    responses = {200: json_response("What the check found.", "Verification")}
    description = (
        "Checks a certificate by the service's own verifier, of PARI's or Primo's format, whoever made it. A text that "
        "is no certificate is not valid, too. One whose check takes longer than some seconds is 413: the command "
        "`isprime verify` checks it."
    )
    described = operation("verifyCertificate", "service", "Check a certificate", description, responses, 413)
    body = {"required": True, "content": {"text/plain": text_content(examples.CERTIFICATE)}}
    return described | {"requestBody": body}
