"""The packaged stages, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.package import MACHINE_ARCHITECTURE, STAGES, Package, package


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    """Package every stage and return the packages by stage."""
    folder: Path = tmp_path_factory.mktemp("packages")
    return {stage: package(stage, MACHINE_ARCHITECTURE, folder / stage) for stage in STAGES}
