"""For any request, the OpenAPI document describes the response, which is never a 5xx."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

pytestmark = [pytest.mark.emulator, pytest.mark.deep]


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_response_is_one_that_the_document_describes(service_url: str, mode: str) -> None:
    import schemathesis  # noqa: PLC0415
    from schemathesis.checks import not_a_server_error  # noqa: PLC0415
    from schemathesis.specs.openapi.checks import (  # noqa: PLC0415
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    contract = schemathesis.openapi.from_url(f"{service_url}openapi.json")
    operations: list[Any] = list(contract.get_all_operations())
    for operation in operations:

        @settings(max_examples=50, suppress_health_check=list(HealthCheck), deadline=None)
        @given(case=operation.ok().as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
        def check_response(case: Any) -> None:
            headers = dict(case.headers or {})
            if "wait" in headers.get("Prefer", ""):
                case.headers = headers | {"Prefer": "wait=0"}  # a longer wait would only take time
            case.call_and_validate(checks=checks)

        # An operation without parameters has no invalid requests.
        with contextlib.suppress(*([Unsatisfiable] if mode == "negative" else [])):
            check_response()
