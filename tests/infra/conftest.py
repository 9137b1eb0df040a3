"""The packaged stages, made once, and a copy of the app."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from infra import ROOT
from infra.packaging import package as packaging
from infra.packaging.package import MINISTACK, Package, package
from infra.packaging.template import Template
from tests.infra.templates import transformed
from tests.support.programs import NODE_MODULES

Packages = Callable[[str], Package]
Templates = Callable[[str], Template]


@pytest.fixture(scope="session", autouse=True)
def page_without_npm() -> Iterator[None]:
    """Package the page as the sources have it where esbuild is missing: tests/unit/test_page.py is of the bundle."""
    with pytest.MonkeyPatch.context() as patch:
        if not (NODE_MODULES / "esbuild").exists():
            patch.setattr(packaging, "bundle", lambda _: None)
        yield


@pytest.fixture(scope="session")
def packages() -> Packages:
    """Return the function that packages a stage, once for all processes."""
    return cache(lambda stage: package(stage, MINISTACK))


@pytest.fixture(scope="session")
def templates(packages: Packages) -> Templates:
    """Return the function that gives a stage's template as CloudFormation gets it."""
    return cache(lambda stage: transformed(packages(stage)))


@pytest.fixture
def prod(templates: Templates) -> Template:
    return templates("prod")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the app, so that a test may change it."""
    folder: Path = tmp_path_factory.mktemp("project")
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("chalicelib", "primes_core", ".chalice"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
    return folder


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Add a resource to the template that no engine can create, until the patch that is returned is undone."""
    file = tmp_path / "broken.yaml"
    file.write_text(
        "Resources:\n  Broken:\n    Type: AWS::Lambda::EventInvokeConfig\n    Properties:\n"
        "      {FunctionName: no-such-function, Qualifier: $LATEST, MaximumRetryAttempts: 1}\n"
    )
    monkeypatch.setattr(packaging, "MERGED", (*packaging.MERGED, str(file)))
    return monkeypatch
