"""The smoke test that a deploy to AWS ends with, on the emulator."""

import pytest

from infra.deploy.smoke import smoke

pytestmark = pytest.mark.emulator


def test_the_smoke_test_passes_on_a_deployed_stage(gateway_url: str) -> None:
    lines: list[str] = []
    smoke(gateway_url, None, lines.append)
    assert len(lines) == 4
