"""The packages are small, complete, and the same bytes for the same sources."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import ROOT
from infra.errors import InfraError
from infra.packaging import layer, page
from infra.packaging import package as packaging
from infra.packaging.archive import zip_folder
from infra.packaging.package import AWS, LOCALSTACK, MINISTACK, Package, Target, package
from infra.packaging.template import merged
from tests.infra.conftest import Packages
from tests.support.programs import require_npm

#: Source: AWS Lambda developer guide, "Lambda quotas".
MAX_UNPACKED_BYTES = 250_000_000


def names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as zipped:
        return set(zipped.namelist())


def unpacked(archive: Path) -> int:
    with zipfile.ZipFile(archive) as zipped:
        return sum(entry.file_size for entry in zipped.infolist())


@pytest.fixture
def prod(packages: Packages) -> Package:
    """Return the package of prod for MiniStack."""
    return packages("prod")


def test_the_functions_package_is_under_one_megabyte_without_a_native_library(prod: Package) -> None:
    assert prod.code.stat().st_size < 1_000_000
    inside = names(prod.code)
    assert {"app.py", "chalicelib/settings.py", "chalice/app.py"} <= inside
    assert not [name for name in inside if name.endswith(".so")]


def test_the_page_is_one_file_on_aws_and_the_sources_elsewhere(packages: Packages) -> None:
    require_npm("esbuild")

    def files(stage: str) -> set[str]:
        return {Path(name).suffix for name in names(packages(stage).code) if name.startswith("chalicelib/page/")}

    assert files("prod") - {".py", ".pyc"} == {".html"}
    assert files("local") - {".py", ".pyc"} == {".html", ".js", ".css", ".svg"}


def test_without_esbuild_the_packaging_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(page, "ROOT", tmp_path)
    with pytest.raises(InfraError, match="run `make node_modules/made`"):
        page.bundle(ROOT / "chalicelib" / "page")


def test_the_code_and_the_layer_fit_lambda(prod: Package) -> None:
    assert unpacked(prod.code) + unpacked(prod.layer) < MAX_UNPACKED_BYTES


def test_every_module_is_packaged_compiled(prod: Package) -> None:
    for archive in (prod.code, prod.layer):
        inside = names(archive)
        modules = {name for name in inside if name.endswith(".py")}
        compiled = {name.replace("__pycache__/", "").split(".")[0] + ".py" for name in inside if name.endswith(".pyc")}
        assert compiled == modules


def test_a_module_is_not_compiled_for_another_python(tmp_path: Path) -> None:
    (tmp_path / "module.py").touch()
    zip_folder(tmp_path, tmp_path.with_suffix(".zip"), tmp_path, "3.99")
    assert names(tmp_path.with_suffix(".zip")) == {"module.py"}


def test_the_runtime_is_that_of_the_target_and_not_of_the_python_that_packages(prod: Package) -> None:
    for_aws = package("prod", AWS)
    for made, target in ((for_aws, AWS), (prod, MINISTACK)):
        for resource in made.template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                assert resource["Properties"]["Runtime"] == f"python{target.python}"
            if resource["Type"] == "AWS::Serverless::LayerVersion":
                assert resource["Properties"]["CompatibleRuntimes"] == [f"python{target.python}"]
    assert all(".cpython-313" in name for name in names(for_aws.layer) if ".cpython-" in name)


def test_the_same_sources_give_the_same_bytes_at_any_time(
    prod: Package, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "chalicelib" / "clock.py").touch()
    monkeypatch.setattr(packaging, "PACKAGES", tmp_path)
    assert package("prod", MINISTACK, project).code.read_bytes() == prod.code.read_bytes()


def test_only_changed_files_are_packaged_again(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make(stage: str, target: Target, work: Path) -> None:
        made.append((stage, target))
        (work / "made").mkdir()
        (work / "made" / "template.json").write_text("{}")

    copy, old = tmp_path / "project", tmp_path / "packages" / "old"
    shutil.copytree(project, copy)
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    monkeypatch.setattr(packaging, "PACKAGES", old.parent)
    monkeypatch.setattr(packaging, "_make", make)
    monkeypatch.setattr(packaging, "build_layer", lambda *_: tmp_path)
    asked = [("local", MINISTACK), ("local", Target("arm64", "3.99")), ("dev", MINISTACK)]
    for stage, target in asked * 2:
        package(stage, target, copy)
    assert made == asked
    for name in ("app.py", "chalicelib/page/index.html", "primes_core/verifier/pari.py"):
        (copy / name).write_text((copy / name).read_text() + "\n")
        package("dev", MINISTACK, copy)
    monkeypatch.setattr(packaging, "MERGED", ("resources.yaml",))
    package("dev", MINISTACK, copy)
    assert len(made) == len(asked) + 4
    assert not old.exists(), "nobody asked for it"


def test_a_library_without_a_wheel_stops_the_packaging(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = layer.ROOT / "infra" / "no-such-requirements.txt"
    monkeypatch.setattr(layer, "REQUIREMENTS", wanted)
    monkeypatch.setattr(Path, "read_text", lambda _: "python-flint==0.0.0")
    with pytest.raises(InfraError, match=r"cannot be built.*Pin versions"):
        layer.build_layer("arm64", "3.13", tmp_path)


@pytest.mark.parametrize("architecture", ["arm64", LOCALSTACK.architecture])
def test_a_layer_without_gmp_ecm_is_not_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, architecture: str
) -> None:
    monkeypatch.setattr(layer, "_download", lambda *_: (tmp_path / "python").mkdir())
    with pytest.raises(InfraError, match=f"GMP-ECM of the layer for {architecture} cannot be loaded"):
        layer.build_layer(architecture, "3.13", tmp_path / "layers")


@pytest.mark.parametrize("command", [["deploy", "--stage", "dev"], ["package", "out"]], ids=lambda words: words[0])
def test_plain_chalice_names_the_command_that_makes_the_whole_service(project: Path, command: list[str]) -> None:
    chalice = str(Path(sys.executable).with_name("chalice"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([chalice, *command], cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert re.fullmatch(r".*`make deploy STAGE=dev` or `make package STAGE=dev`.*\n", run.stdout + run.stderr)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("app.py", "import no_such_module\n", r"No module named 'no_such_module'.*Correct app.py"),
        ("chalicelib/consumers/worker.py", "import os\ndef (\n", r"worker\.py, line 2: SyntaxError: .*Correct it"),
    ],
)
def test_what_cannot_be_imported_stops_the_packaging(
    project: Path, tmp_path: Path, file: str, text: str, message: str
) -> None:
    shutil.copytree(project, tmp_path / "project")
    (tmp_path / "project" / file).write_text(text)
    with pytest.raises(InfraError, match=message):
        package("dev", AWS, tmp_path / "project")


def test_a_file_of_the_template_that_is_no_yaml_is_an_error_with_its_name_and_line(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text("Resources:\n  Bus: [\n")
    with pytest.raises(InfraError, match=r"^events\.yaml is no YAML: .*line 3.*Correct it\.$"):
        merged({}, tmp_path / "events.yaml")
