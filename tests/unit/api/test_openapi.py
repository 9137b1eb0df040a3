"""The OpenAPI document is valid, complete, and the one in docs/."""

from __future__ import annotations

import json
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app
from chalicelib.api import limits, openapi
from tests.support.api import Api

COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_document_in_docs_is_current() -> None:
    assert json.loads(COMMITTED.read_text()) == openapi.document()


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(openapi.document()).validate()


def test_the_document_has_every_route_of_the_app_and_no_other() -> None:
    documented = {
        (path, method.upper())
        for path, item in openapi.document()["paths"].items()
        for method in item
        if method != "parameters"
    }
    routes = {(path, method) for path, methods in app.routes.items() for method in methods if method != "HEAD"}
    assert documented == routes


def test_the_document_has_the_routes_that_require_a_key() -> None:
    for path, item in openapi.document()["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                requires_key = bool(app.routes[path][method.upper()].api_key_required)
                assert bool(operation["security"]) == requires_key, (path, method)


def test_the_service_returns_the_document_of_its_own_address(api: Api) -> None:
    document = api.get("/openapi.json").json
    assert document["servers"] == [{"url": "/"}]
    assert openapi.document("/api")["servers"] == [{"url": "/api"}]


def test_the_limits_of_the_document_are_those_of_the_checks() -> None:
    schemas = openapi.document()["components"]["schemas"]
    assert schemas["List"]["properties"]["numbers"]["maxItems"] == limits.MAX_LIST_NUMBERS
