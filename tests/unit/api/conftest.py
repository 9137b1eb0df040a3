"""The API in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from chalice.test import Client

from app import app


@dataclass(frozen=True)
class Answer:
    """An answer of the API; header names are in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)


class Api:
    """Sends requests to the API's handler, as API Gateway does."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(self, method: str, path: str, body: str | bytes = "", **headers: str) -> Answer:
        """Send a request; `idempotency_key` is the header Idempotency-Key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self._client.http.request(
            method, path, headers=named, body=body.encode() if isinstance(body, str) else body
        )
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, lower, response.body.decode())

    def submit(self, number: object, **headers: str) -> Answer:
        """Submit a number, or a list of them."""
        field = "numbers" if isinstance(number, list) else "number"
        return self.post(json.dumps({field: number}), **headers)

    def post(self, body: str | bytes, **headers: str) -> Answer:
        """Send a body to `POST /`."""
        return self.send("POST", "/", body, **({"content_type": "application/json"} | headers))

    def get(self, path: str, **headers: str) -> Answer:
        """Read."""
        return self.send("GET", path, **headers)


@pytest.fixture
def api(aws: None) -> Api:
    """Return a client of the API on an empty table and empty queues."""
    with Client(app) as client:
        return Api(client)
