"""The packages are small, complete, and the same bytes for the same sources."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from infra.errors import InfraError
from infra.packaging import layer
from infra.packaging.archive import join, zip_folder
from infra.packaging.package import AWS, LOCALSTACK, MINISTACK, STAGES, Package, Target, package
from tests.localstack.environments import python_313

#: Source: AWS Lambda developer guide, "Lambda quotas".
MAX_UNPACKED_BYTES = 250_000_000


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
    assert unpacked(packages["prod"].code) + unpacked(packages["prod"].layer) < MAX_UNPACKED_BYTES


def test_every_module_is_packaged_compiled(packages: dict[str, Package]) -> None:
    for archive in (packages["prod"].code, packages["prod"].layer):
        inside = names(archive)
        modules = {name for name in inside if name.endswith(".py")}
        compiled = {name.replace("__pycache__/", "").split(".")[0] + ".py" for name in inside if name.endswith(".pyc")}
        assert compiled == modules


def test_no_module_is_packaged_compiled_for_another_python(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "module.py").write_text("VALUE = 42\n")
    zip_folder(tmp_path / "library", tmp_path / "library.zip", tmp_path, "3.99")
    assert names(tmp_path / "library.zip") == {"library/module.py"}


def test_the_runtime_is_that_of_the_target_and_not_of_the_python_that_packages(
    packages: dict[str, Package], tmp_path: Path
) -> None:
    assert AWS.python == LOCALSTACK.python == "3.13"
    deployed = package("prod", AWS, tmp_path)
    for made, target in ((deployed, AWS), (packages["prod"], MINISTACK)):
        for resource in made.template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                assert resource["Properties"]["Runtime"] == f"python{target.python}"
            if resource["Type"] == "AWS::Serverless::LayerVersion":
                assert resource["Properties"]["CompatibleRuntimes"] == [f"python{target.python}"]
    assert all(".cpython-313" in name for name in names(deployed.layer) if ".cpython-" in name)


def test_the_layer_of_lambdas_python_is_imported_by_it(tmp_path: Path) -> None:
    python = python_313()
    archive = layer.build_layer(LOCALSTACK.architecture, LOCALSTACK.python, layer.ROOT / "build" / "layers")
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(tmp_path)
    code = "import cypari, flint, gmpy2; print(gmpy2.is_prime(11), cypari.pari(11).isprime(), flint.fmpz(11) == 11)"
    command = [str(python), "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'python')!r}); {code}"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.split() == ["True", "True", "True"]


def test_a_function_of_localstack_has_its_libraries_beside_its_code(
    packages: dict[str, Package], tmp_path: Path
) -> None:
    made = packages["prod"]
    join(made.code, made.layer, tmp_path / "joined.zip")
    assert names(tmp_path / "joined.zip") == names(made.code) | {
        name.removeprefix("python/") for name in names(made.layer)
    }


@pytest.mark.parametrize("target", [MINISTACK, AWS], ids=["MiniStack", "AWS"])
def test_the_same_sources_give_the_same_bytes(target: Target, project: Path, tmp_path: Path) -> None:
    one, other = (package("prod", target, tmp_path / name, project) for name in ("one", "other"))
    assert one.code.read_bytes() == other.code.read_bytes()


def test_a_zip_depends_on_contents_and_not_on_times(tmp_path: Path) -> None:
    archives = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "module.py").write_text("VALUE = 42\n")
        archives.append(tmp_path / f"{name}.zip")
        zip_folder(folder, archives[-1], folder)
    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_a_library_without_a_wheel_stops_the_packaging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = layer.ROOT / "infra" / "no-such-requirements.txt"
    monkeypatch.setattr(layer, "REQUIREMENTS", wanted)
    monkeypatch.setattr(Path, "read_text", lambda _: "python-flint==0.0.0")
    with pytest.raises(InfraError, match=r"cannot be built.*Pin versions"):
        layer.build_layer("arm64", "3.13", tmp_path)


def test_an_unknown_stage_is_an_error_that_lists_the_stages(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="choose one of local, dev, prod"):
        package("production", MINISTACK, tmp_path)


def test_an_app_that_does_not_import_stops_the_packaging(tmp_path: Path) -> None:
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / ".chalice").mkdir()
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "app.py").write_text("import no_such_module\n")
    (tmp_path / ".chalice" / "config.json").write_text((layer.ROOT / ".chalice" / "config.json").read_text())
    with pytest.raises(InfraError, match=r"No module named 'no_such_module'.*Correct app.py"):
        package("dev", MINISTACK, tmp_path / "out", tmp_path)


def test_a_syntax_error_in_a_module_that_only_a_consumer_imports_stops_the_packaging(
    project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project, tmp_path / "project")
    (tmp_path / "project" / "chalicelib" / "consumers" / "worker.py").write_text("import os\ndef (\n")
    with pytest.raises(InfraError, match=r"chalicelib/consumers/worker\.py, line 2: SyntaxError: .*Correct it"):
        package("dev", AWS, tmp_path / "out", tmp_path / "project")


def test_a_library_whose_source_makes_python_warn_is_packaged(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "module.py").write_text("path = 'C:\\Windows'\n")
    zip_folder(tmp_path / "library", tmp_path / "library.zip", tmp_path)
    assert len(names(tmp_path / "library.zip")) == 2
