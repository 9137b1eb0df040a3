"""The parts of an operation of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from chalicelib.api import examples, problems
from chalicelib.api.headers import JSON
from chalicelib.api.schema_parts import ref

Object = dict[str, Any]


def parameter(place: str, name: str, description: str, schema: Object) -> Object:
    """Return a parameter of the path, the query or the header."""
    return {
        "in": place,
        "name": name,
        "description": description,
        "required": place == "path",
        "schema": schema,
    }


def header(description: str) -> Object:
    """Return a header of a response."""
    return {"description": description, "schema": {"type": "string"}}


RETRY_AFTER = {"Retry-After": header("Seconds to wait before the next request.")}


def operation(
    name: str, tag: str, summary: str, description: str, responses: dict[int, Object], *errors: int
) -> Object:
    """Return an operation whose errors are problems."""
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


def public(name: str, summary: str, description: str, responses: dict[int, Object], *errors: int) -> Object:
    """Return an operation that needs no key."""
    return operation(name, "service", summary, description, responses, *errors) | {"security": []}


def response(description: str, media_type: str, content: Object, headers: Object | None = None) -> Object:
    """Return a response with a body."""
    response: Object = {"description": description, "content": {media_type: content}}
    return response | {"headers": headers} if headers else response


def json_response(description: str, name: str, headers: Object | None = None) -> Object:
    """Return a response whose body is the example of a schema."""
    return response(description, JSON, {"schema": ref(name), "example": examples.BODIES[name]}, headers)


def text_content(example: str) -> Object:
    """Return the content of a text with an example."""
    return {"schema": {"type": "string"}, "example": example}


def problem(status: int, description: str) -> Object:
    """Return the response with the problem of a status."""
    content = {"schema": ref("Problem"), "example": examples.PROBLEMS[status]}
    return response(description, problems.CONTENT_TYPE, content, RETRY_AFTER)
