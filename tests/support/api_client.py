"""The API in this process: requests as API Gateway sends them to its function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from chalice.test import Client

from app import app


@dataclass(frozen=True)
class ApiResponse:
    """A response of the API; header names are in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


def send(method: str, path: str, body: Any = None, **headers: str) -> ApiResponse:
    """Send a request with a JSON body; `idempotency_key` is the header Idempotency-Key."""
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"" if body is None else json.dumps(body).encode()
    response = Client(app).http.request(method, path, headers=named, body=content)
    lower = {name.lower(): value for name, value in response.headers.items()}
    return ApiResponse(response.status_code, lower, response.body.decode())
