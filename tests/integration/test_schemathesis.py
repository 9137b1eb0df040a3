"""For any request, the response is one that the OpenAPI document describes, and never a 5xx."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = pytest.mark.emulator


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("examples", [5, pytest.param(50, marks=pytest.mark.deep)])
def test_every_response_is_one_that_the_document_describes(
    service_url: str, examples: int, mode: schemathesis.GenerationMode
) -> None:
    contract = schemathesis.openapi.from_url(f"{service_url}openapi.json")
    operations: list[Any] = list(contract.get_all_operations())
    for operation in operations:

        @settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)
        @given(case=operation.ok().as_strategy(generation_mode=mode))
        def check_response(case: Any) -> None:
            headers = dict(case.headers or {})
            if "wait" in headers.get("Prefer", ""):
                case.headers = headers | {"Prefer": "wait=0"}  # a longer wait would only take time
            case.call_and_validate(checks=CHECKS)

        # An operation without parameters has no invalid requests.
        with contextlib.suppress(*([Unsatisfiable] if mode is schemathesis.GenerationMode.NEGATIVE else [])):
            check_response()
