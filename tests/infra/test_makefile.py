"""The Makefile lists its commands, and says which programs a machine lacks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.packaging.package import ROOT


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_make_alone_lists_every_command_that_contributors_are_told() -> None:
    listed = {line.split()[1] for line in make(ROOT).stdout.splitlines()}
    assert set(re.findall(r"^make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)) <= listed


def test_python_reads_no_variable_at_its_start_that_the_shell_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "PYTHONOPTIMIZE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PYTHON", "python3.12")
    shown = make(ROOT, "--eval=show: ; @env", "show").stdout.splitlines()
    assert [line for line in shown if line.startswith("PYTHON")] == ["PYTHON=python3.12"]


@pytest.mark.parametrize(
    ("lacking", "message"),
    [
        ("version_info", "is not Python 3.11 or later: install one (apt-get install python3)"),
        ("ensurepip", "make: Python cannot make environments here: apt-get install python3-venv\n"),
    ],
)
def test_a_python_that_does_not_suffice_is_one_line_that_says_what_to_install(
    tmp_path: Path, lacking: str, message: str
) -> None:
    (tmp_path / "infra").mkdir()
    for file in [ROOT / "Makefile", *ROOT.glob("requirements*.txt"), *(ROOT / "infra").glob("*-requirements.txt")]:
        shutil.copy(file, tmp_path / file.relative_to(ROOT))
    python = tmp_path / "python"  # gets the code of `-c` as $2
    python.write_text(f'#!/bin/sh\ncase "$2" in *{lacking}*) exit 1;; esac\n')
    python.chmod(0o755)
    result = make(tmp_path, "run", f"PYTHON={python}")
    assert result.returncode
    assert message in result.stdout
