"""The document of the HTTP contract is valid OpenAPI 3.1, and clean for a linter that its readers use."""

import os
import subprocess

import pytest

from infra import ROOT
from tests.support.programs import require_npm

QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


@pytest.mark.slow
def test_redocly_finds_nothing() -> None:
    program = str(require_npm("@redocly/cli/bin/cli.js"))
    command = ["node", program, "lint", "--max-problems=20", "--format=github-actions", "chalicelib/api/openapi.json"]
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.stdout == "", result.stderr
    assert result.returncode == 0, result.stderr
