"""The Makefile lists its commands, and says which programs a machine lacks."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.packaging.package import ROOT

COMMANDS = {
    *("help", "run", "test", "fast", "one", "logs", "shell", "test-deep", "test-localstack"),
    *("coverage", "mutants", "check", "bench"),
    *("package", "deploy", "destroy", "format", "openapi", "lock", "licences", "clean"),
}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Copy the files that make reads, without any virtual environment."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "requirements-dev.txt", tmp_path)
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    (tmp_path / "infra").mkdir()
    for file in (ROOT / "infra").glob("*-requirements.txt"):
        shutil.copy(file, tmp_path / "infra")
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def fake_python(folder: Path, script: str) -> str:
    """Write a fake Python, a shell script that gets the code of `-c` as `$2`, and return the setting that names it."""
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return f"PYTHON={python}"


def test_make_alone_lists_every_command(bare: Path) -> None:
    listed = make(bare).stdout.splitlines()
    assert {line.split()[1] for line in listed} == COMMANDS


def test_an_old_python_is_one_line_that_says_what_to_install(bare: Path) -> None:
    result = make(bare, "run", fake_python(bare, 'case "$2" in *version_info*) exit 1;; esac'))
    assert result.returncode
    assert "is not Python 3.11 or later: install one (apt-get install python3)" in result.stdout


def test_a_python_without_venv_is_one_line_that_says_what_to_install(bare: Path) -> None:
    result = make(bare, "run", fake_python(bare, 'case "$2" in *ensurepip*) exit 1;; esac'))
    assert result.returncode
    assert result.stdout == "make: Python cannot make environments here: apt-get install python3-venv\n"


def test_a_deploy_of_an_unknown_stage_is_an_error_that_lists_the_stages() -> None:
    result = make(ROOT, "deploy", "STAGE=production", "--assume-old=.venv/made-to-run")
    assert result.returncode
    assert re.search(r"invalid choice: 'production' \(choose from '?local", result.stderr)


def test_ci_runs_all_tests_and_forbids_skipping(bare: Path) -> None:
    (bare / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", bare / ".ci" / "run")
    tools = bare / "tools"
    tools.mkdir()
    (tools / "dirname").symlink_to(shutil.which("dirname") or "")
    for name in ("git", "chromium", "firefox-esr", "curl", "pkill", "jq", "gp", "coqc", "python3"):
        (tools / name).symlink_to("/bin/true")
    (tools / "make").write_text('#!/bin/sh\necho "make $* with CI=$CI"\n')
    (tools / "make").chmod(0o755)
    result = subprocess.run(
        [bare / ".ci" / "run"], env={"PATH": str(tools)}, capture_output=True, text=True, check=True
    )
    commands = ("check", "test-deep", "test-localstack")
    assert result.stdout == "".join(f"make {command} with CI=true\n" for command in commands)
