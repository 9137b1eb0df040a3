"""The smoke test that a deploy to AWS ends with, on the emulator."""

import pytest

from infra.deploy.smoke import smoke

pytestmark = pytest.mark.emulator


@pytest.mark.parametrize("address", ["gateway_url", "service_url"])
def test_the_smoke_test_passes_on_a_deployed_stage_and_at_the_local_server(
    address: str, request: pytest.FixtureRequest
) -> None:
    smoke(request.getfixturevalue(address), None)
