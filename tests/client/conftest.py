"""The command `isprime` of the working copy, pointed at the service."""

import os
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).parents[2] / "client"


@pytest.fixture(autouse=True)
def environment(service_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Put the command on PATH, name the service to it, and work in a folder of its own."""
    script = tmp_path / "bin" / "isprime"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m isprime "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", f"{CLIENT / 'src'}:{CLIENT.parent}")
    monkeypatch.setenv("ISPRIME_URL", service_url)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
