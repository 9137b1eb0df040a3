"""MiniStack gets templates after the SAM transform."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.emulator import sam
from infra.errors import InfraError


def test_a_template_that_the_translator_refuses_is_an_error_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sam, "FOLDER", tmp_path)
    with pytest.raises(InfraError, match=r"^The SAM transform refuses the template: .*'Worker', .*CodeUri"):
        sam.transformed({"Resources": {"Worker": {"Type": "AWS::Serverless::Function", "Properties": {}}}})
    assert not list(tmp_path.iterdir())
