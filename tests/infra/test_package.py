"""What is uploaded: small, complete, and the same bytes for the same sources."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from infra import layer
from infra.archive import zip_folder
from infra.errors import InfraError
from infra.package import MACHINE_ARCHITECTURE, STAGES, Package, package

#: Source: AWS Lambda developer guide, "Lambda quotas".
MOST_UNPACKED_BYTES = 250_000_000


def names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as zipped:
        return set(zipped.namelist())


def unpacked(archive: Path) -> int:
    with zipfile.ZipFile(archive) as zipped:
        return sum(entry.file_size for entry in zipped.infolist())


@pytest.mark.parametrize("stage", STAGES)
def test_the_functions_package_is_under_one_megabyte(packages: dict[str, Package], stage: str) -> None:
    assert packages[stage].code.stat().st_size < 1_000_000


def test_the_functions_package_has_no_native_library(packages: dict[str, Package]) -> None:
    inside = names(packages["prod"].code)
    assert {"app.py", "chalicelib/settings.py", "chalice/app.py"} <= inside
    assert not [name for name in inside if name.endswith(".so")]


def test_the_layer_has_every_library_where_python_looks_for_it(packages: dict[str, Package]) -> None:
    inside = names(packages["prod"].layer)
    for module in ("gmpy2", "cypari", "flint"):
        assert any(name.startswith(f"python/{module}/") and name.endswith(".so") for name in inside)


def test_a_function_fits_lambda_with_its_layer(packages: dict[str, Package]) -> None:
    assert unpacked(packages["prod"].code) + unpacked(packages["prod"].layer) < MOST_UNPACKED_BYTES


def test_every_module_goes_in_compiled(packages: dict[str, Package]) -> None:
    for archive in (packages["prod"].code, packages["prod"].layer):
        inside = names(archive)
        modules = {name for name in inside if name.endswith(".py")}
        compiled = {name.replace("__pycache__/", "").split(".")[0] + ".py" for name in inside if name.endswith(".pyc")}
        assert compiled == modules


def test_the_same_sources_give_the_same_bytes(project: Path, tmp_path: Path) -> None:
    one, other = (package("prod", MACHINE_ARCHITECTURE, tmp_path / name, project) for name in ("one", "other"))
    assert one.code.read_bytes() == other.code.read_bytes()


def test_a_zip_depends_on_contents_not_on_times(tmp_path: Path) -> None:
    archives = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "module.py").write_text("ANSWER = 42\n")
        archives.append(tmp_path / f"{name}.zip")
        zip_folder(folder, archives[-1], folder)
    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_a_library_without_a_wheel_stops_the_packaging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = layer.ROOT / "infra" / "no-such-requirements.txt"
    monkeypatch.setattr(layer, "REQUIREMENTS", wanted)
    monkeypatch.setattr(Path, "read_text", lambda _: "python-flint==0.0.0")
    with pytest.raises(InfraError, match=r"cannot be built.*Pin versions"):
        layer.build_layer("arm64", tmp_path)


def test_an_unknown_stage_is_told_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="choose one of local, dev, prod"):
        package("production", MACHINE_ARCHITECTURE, tmp_path)


def test_an_app_that_does_not_import_stops_the_packaging(tmp_path: Path) -> None:
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / ".chalice").mkdir()
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "app.py").write_text("import no_such_module\n")
    (tmp_path / ".chalice" / "config.json").write_text((layer.ROOT / ".chalice" / "config.json").read_text())
    with pytest.raises(InfraError, match=r"No module named 'no_such_module'.*Correct app.py"):
        package("dev", MACHINE_ARCHITECTURE, tmp_path / "out", tmp_path)


def test_a_library_whose_source_makes_python_warn_is_packaged_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "module.py").write_text("path = 'C:\\Windows'\n")
    zip_folder(tmp_path / "library", tmp_path / "library.zip", tmp_path)
    assert len(names(tmp_path / "library.zip")) == 2
