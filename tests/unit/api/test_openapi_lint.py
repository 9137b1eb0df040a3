"""The document of the HTTP contract is clean for the two linters that its readers use."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAMS = ROOT / "node_modules" / ".bin"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def lint(*command: str) -> subprocess.CompletedProcess[str]:
    program = PROGRAMS / command[0]
    if not program.exists() and "CI" not in os.environ:
        pytest.skip(f"{command[0]} is missing: npm ci --ignore-scripts")
    words = [str(program), *command[1:], "docs/openapi.json"]
    return subprocess.run(
        words, cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.slow
def test_redocly_finds_nothing() -> None:
    result = lint("redocly", "lint", "--max-problems=20", "--format=github-actions")
    assert result.stdout == "", result.stderr
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_spectral_finds_nothing() -> None:
    result = lint("spectral", "lint", "--fail-severity=hint")
    assert result.returncode == 0, result.stdout
