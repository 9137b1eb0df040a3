"""The committed contract is the one that the code tells, and it is valid."""

from __future__ import annotations

import json
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app
from chalicelib.api import limits, openapi
from tests.unit.api.conftest import Api

COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_committed_document_is_the_one_that_the_code_makes() -> None:
    """To write it anew: python -m infra.openapi."""
    assert json.loads(COMMITTED.read_text()) == openapi.document()


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(openapi.document()).validate()


def test_the_document_tells_every_route_of_the_app_and_no_other() -> None:
    told = {
        (path, method.upper())
        for path, item in openapi.document()["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert told == {(path, method) for path, methods in app.routes.items() for method in methods}


def test_the_document_tells_which_routes_want_a_key_as_the_app_does() -> None:
    for path, item in openapi.document()["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                wants_key = bool(app.routes[path][method.upper()].api_key_required)
                assert bool(operation["security"]) == wants_key, (path, method)


def test_the_service_answers_with_the_document_of_its_own_address(api: Api) -> None:
    document = api.get("/openapi.json").json
    assert document["servers"] == [{"url": "/"}]
    assert openapi.document("/api")["servers"] == [{"url": "/api"}]


def test_the_limits_in_the_document_are_those_that_requests_are_held_to() -> None:
    schemas = openapi.document()["components"]["schemas"]
    assert schemas["List"]["properties"]["numbers"]["maxItems"] == limits.LIST_NUMBERS
