"""A package is made once for the same sources, and again when a source has changed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.packaging import cache
from infra.packaging.cache import packaged
from infra.packaging.package import MINISTACK, Target


class Packaging:
    """Stands for package.py: counts its calls, and puts the text of a source into the template."""

    def __init__(self) -> None:
        self.calls = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, _stage: str, _target: Target, folder: Path, project: Path) -> None:
        self.calls += 1
        folder.mkdir()
        (folder / "code.zip").touch()
        (folder / "template.json").write_text(json.dumps({"app": (project / "app.py").read_text()}))
        self.meanwhile()


@pytest.fixture
def packaging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Packaging:
    made = Packaging()
    monkeypatch.setattr("infra.packaging.package.package", made)
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "packages")
    monkeypatch.setattr(cache, "build_layer", lambda *_: tmp_path)
    return made


def test_the_same_sources_are_packaged_once(packaging: Packaging, project: Path) -> None:
    first, again = (packaged("local", MINISTACK, project) for _ in range(2))
    assert first == again
    assert packaging.calls == 1


@pytest.mark.parametrize("source", ["app.py", "chalicelib/page/index.html", "primes_core/verifier/pari.py"])
def test_a_changed_source_is_packaged_anew(packaging: Packaging, project: Path, source: str) -> None:
    packaged("local", MINISTACK, project)
    (project / source).write_text((project / source).read_text() + "\n")
    packaged("local", MINISTACK, project)
    assert packaging.calls == 2


def test_another_stage_target_or_template_is_packaged_anew(
    packaging: Packaging, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    for stage, target in (("local", MINISTACK), ("local", Target("arm64", "3.99")), ("dev", MINISTACK)):
        packaged(stage, target, project)
    monkeypatch.setattr("infra.packaging.package.MERGED", ("resources.yaml",))
    packaged("dev", MINISTACK, project)
    assert packaging.calls == 4


def test_a_source_written_during_the_packaging_is_packaged(packaging: Packaging, project: Path) -> None:
    source = project / "app.py"
    before = source.read_text()
    packaging.meanwhile = lambda: source.write_text("new")
    assert packaged("local", MINISTACK, project).template == {"app": "new"}
    source.write_text(before)
    packaging.meanwhile = lambda: None
    assert packaged("local", MINISTACK, project).template == {"app": before}


def test_only_the_latest_packages_are_kept(
    packaging: Packaging, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    monkeypatch.setattr(cache, "KEPT", 2)
    for text in ("one", "two", "one", "three"):
        (project / "app.py").write_text(text)
        packaged("local", MINISTACK, project)
    assert packaging.calls == 3
    (project / "app.py").write_text("one")
    packaged("local", MINISTACK, project)
    assert packaging.calls == 3
    assert len(list(cache.FOLDER.iterdir())) == 2
