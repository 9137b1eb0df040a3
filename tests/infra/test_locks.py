"""Only packages that the lock files name by hash are installed, and an audit without data is reported as such."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from infra.packaging.package import ROOT

#: The files that developers edit. `make lock` writes a lock file beside each.
SOURCES = [
    path for folder in ("", "infra", "benchmarks/peers") for path in sorted((ROOT / folder).glob("*requirements*.in"))
]
#: What installs a lock file into an environment.
INSTALL = ROOT / "infra" / "install"
LOCKS = [source.with_suffix(".txt") for source in SOURCES]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
#: `pip install` in a shell line or in a list of arguments.
INSTALLATION = re.compile(r"pip\"?,? \"?install|\[pip, \"install\"|\"pip\", \"install\"")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def pins(text: str) -> dict[str, str]:
    """Return the version of each package that a file pins."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall(text)}


def test_every_environment_has_a_lock_file() -> None:
    names = {str(path.relative_to(ROOT)) for path in LOCKS}
    environments = ("layer", "deploy", "emulator", "lambda", "localstack")
    assert names == {f"infra/{name}-requirements.txt" for name in environments} | {
        "requirements-dev.txt",
        "benchmarks/peers/requirements.txt",
    }


@pytest.mark.parametrize("lock", LOCKS, ids=name_of)
def test_a_lock_file_names_packages_versions_and_hashes_and_no_index(lock: Path) -> None:
    lines = re.sub(r" \\\n", " ", re.sub(r"^ *#.*\n", "", lock.read_text(), flags=re.MULTILINE)).splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+", line), line
    assert "://" not in lock.read_text()


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_a_lock_file_has_the_versions_that_its_source_asks_for(source: Path) -> None:
    asked = pins(source.read_text())
    assert asked.items() <= pins(source.with_suffix(".txt").read_text()).items(), "run make lock"
    for line in re.findall(r"^\w.*$", source.read_text(), re.MULTILINE):
        assert PIN.match(line), f"{line} is not an exact version"


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


def test_what_npm_installs_has_a_hash_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = [package for name, package in packages.items() if name]
    assert installed
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in installed)


def test_a_lock_file_is_installed_by_one_command_only() -> None:
    installing = {}
    for path in [ROOT / "Makefile", ROOT / "docker-compose.yml", ROOT / ".ci" / "run", INSTALL, *sources_of_python()]:
        text = "".join(line for line in path.read_text().splitlines(keepends=True) if "pip-audit" not in line)
        if path != Path(__file__) and INSTALLATION.search(text):
            installing[str(path.relative_to(ROOT))] = text
    assert set(installing) == {"infra/install", "infra/packaging/layer.py", "tests/infra/test_install.py"}
    for name, text in installing.items():
        assert "--require-hashes" in text, name
        assert "--no-deps" in text, name


def sources_of_python() -> list[Path]:
    return [path for folder in ("infra", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the Makefile and a fake pip-audit that prints its arguments and finds nothing."""
    tools = tmp_path / ".venv" / "bin"
    tools.mkdir(parents=True)
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    (tools / "pip-audit").write_text('#!/bin/sh\necho "pip-audit $*"\necho "No known vulnerabilities found"\n')
    (tools / "pip-audit").chmod(0o755)
    return tmp_path


def audit(project: Path, *, is_data_there: bool) -> str:
    python = project / ".venv" / "bin" / "python"
    python.write_text(f"#!/bin/sh\nexit {0 if is_data_there else 1}\n")
    python.chmod(0o755)
    command = ["make", "audit", "--no-print-directory", "--assume-old=.venv/made-to-test"]
    (project / ".venv" / "made-to-test").touch()
    environment = {"PATH": os.environ["PATH"]}
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=True)
    return run.stdout


def test_an_audit_without_the_data_says_that_nothing_was_audited(project: Path) -> None:
    message = "make audit: nothing was audited: the vulnerability data at pypi.org cannot be reached.\n"
    assert audit(project, is_data_there=False) == message


def test_an_audit_reads_every_lock_file_that_is_installed_outside_of_the_benchmarks(project: Path) -> None:
    commands = re.findall(r"^pip-audit (.*)$", audit(project, is_data_there=True), re.MULTILINE)
    audited = {ROOT / command.split()[-1] for command in commands}
    assert audited == {lock for lock in LOCKS if "peers" not in lock.parts}
    assert all("--strict" in command and "--require-hashes" in command for command in commands)
