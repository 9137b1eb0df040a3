"""Only packages that the lock files name by hash are installed, and an audit without data is reported as such."""

import json
import re
from pathlib import Path

import pytest

from infra.packaging.package import ROOT

#: The files that developers edit. `make lock` writes a lock file beside each.
SOURCES = [
    path for folder in ("", "infra", "benchmarks/peers") for path in sorted((ROOT / folder).glob("*requirements*.in"))
]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
#: `pip install` in a shell line or in a list of arguments.
INSTALLATION = re.compile(r"pip\"?,? \"?install|\[pip, \"install\"|\"pip\", \"install\"")


def pins(text: str) -> dict[str, str]:
    """Return the version of each package that a file pins."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall(text)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_lock_file_has_the_versions_of_its_source_with_hashes_and_no_index(source: Path) -> None:
    lock = source.with_suffix(".txt").read_text()
    lines = re.sub(r" \\\n", " ", re.sub(r"^ *#.*\n", "", lock, flags=re.MULTILINE)).splitlines()
    for line in lines:
        assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+", line), line
    asked = pins(source.read_text())
    assert asked.items() <= pins(lock).items(), "run make lock"
    assert len(asked) == len(re.findall(r"^\w", source.read_text(), re.MULTILINE)), "each line is an exact version"


def test_what_the_deploys_lock_constrains_is_pinned_by_its_own_source() -> None:
    locked, pinned = (pins((ROOT / "infra" / f"deploy-requirements.{end}").read_text()) for end in ("txt", "in"))
    assert pins((ROOT / "requirements-dev.in").read_text()).keys() & locked.keys() <= pinned.keys()


def test_the_licences_are_listed_of_the_versions_that_ship() -> None:
    shipped = pins((ROOT / "infra" / "layer-requirements.txt").read_text())
    shipped["chalice"] = pins((ROOT / "infra" / "deploy-requirements.txt").read_text())["chalice"]
    table = re.findall(
        r"^\| ([a-z0-9-]+) \| (\S+) \| \S.* \|", (ROOT / "docs" / "licences.md").read_text(), re.MULTILINE
    )
    assert dict(table) == shipped, "run make licences"


@pytest.mark.parametrize("folder", [ROOT, ROOT / "tests" / "browser" / "lighthouse"])
def test_what_npm_installs_has_a_hash_and_no_address(folder: Path) -> None:
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    installed = [package for name, package in packages.items() if name]
    assert installed
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in installed)


def test_a_lock_file_is_installed_by_one_command_only() -> None:
    installing = {}
    python = [path for folder in ("infra", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    shell = [ROOT / name for name in ("Makefile", "docker-compose.yml", ".ci/run", "infra/install")]
    for path in shell + python:
        text = "".join(line for line in path.read_text().splitlines(keepends=True) if "pip-audit" not in line)
        if path != Path(__file__) and INSTALLATION.search(text):
            installing[str(path.relative_to(ROOT))] = text
    assert set(installing) == {"infra/install", "infra/packaging/layer.py"}
    for name, text in installing.items():
        assert "--require-hashes" in text, name
        assert "--no-deps" in text, name
