"""The packaged stages, made once, and a copy of the app."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra import ROOT
from infra.packaging.package import MINISTACK, STAGES, Package, package


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    """Package every stage and return the packages by stage."""
    folder: Path = tmp_path_factory.mktemp("packages")
    return {stage: package(stage, MINISTACK, folder / stage) for stage in STAGES}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the app, so that a test may change it."""
    folder: Path = tmp_path_factory.mktemp("project")
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("chalicelib", ".chalice"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
    return folder
