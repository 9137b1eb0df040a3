"""The API in this process, and what its responses must look like."""

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from chalice.local import LambdaEventConverter, RouteMatcher
from chalice.test import Client

from app import app
from chalicelib.api.openapi import document

#: The schemas of the contract.
SCHEMAS = document()["components"]["schemas"]


@dataclass(frozen=True)
class ApiResponse:
    """A response of the API; header names are in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Api:
    """Sends requests to the API's handler, as API Gateway does."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(self, method: str, path: str, body: str | bytes = "", **headers: str) -> ApiResponse:
        """Send a request; `idempotency_key` is the header Idempotency-Key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self._client.http.request(
            method, path, headers=named, body=body.encode() if isinstance(body, str) else body
        )
        lower = {name.lower(): value for name, value in response.headers.items()}
        return ApiResponse(response.status_code, lower, response.body.decode())

    def submit(self, number: object, **headers: str) -> ApiResponse:
        field = "numbers" if isinstance(number, list) else "number"
        return self.post(json.dumps({field: number}), **headers)

    def post(self, body: str | bytes, **headers: str) -> ApiResponse:
        return self.send("POST", "/", body, **({"content_type": "application/json"} | headers))

    def get(self, path: str, **headers: str) -> ApiResponse:
        return self.send("GET", path, **headers)


def invoke(
    method: str, path: str, body: bytes = b"", caller: str = "", seconds: float = 30, **headers: str
) -> dict[str, Any]:
    """Return the response of the API's function, with `seconds` left to run, to the owner of an API key."""
    named = {"content-type": "application/json", **headers}
    event = LambdaEventConverter(RouteMatcher(list(app.routes))).create_lambda_event(method, path, named, body)
    event["requestContext"]["identity"]["apiKeyId"] = caller
    response: dict[str, Any] = app(event, SimpleNamespace(get_remaining_time_in_millis=lambda: int(seconds * 1000)))
    return response


def assert_problem(response: ApiResponse, status: int) -> None:
    """Check that a response is a problem (RFC 9457) with this status."""
    assert response.status == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert set(response.json) - {"digits"} == {"type", "title", "status", "detail"}
    assert response.json["status"] == status
    assert response.json["detail"]


def fits(name: str, value: Any) -> bool:
    """Return whether a value fits a schema of the contract."""
    from openapi_schema_validator import OAS31Validator  # noqa: PLC0415 - it takes long to import

    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    return bool(OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).is_valid(value))
