"""MiniStack gets templates after the SAM transform."""

from pathlib import Path
from typing import Any

import pytest

from infra.emulator import sam
from infra.errors import InfraError


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(sam, "FOLDER", tmp_path)
    return tmp_path


def template(key: str, **properties: str) -> dict[str, Any]:
    function = {"CodeUri": {"Bucket": "bucket", "Key": key}, "Role": "role", **properties}
    return {"Resources": {"Worker": {"Type": "AWS::Serverless::Function", "Properties": function}}}


def test_a_template_that_the_translator_refuses_is_an_error_with_its_reason(folder: Path) -> None:
    with pytest.raises(InfraError, match=r"^The SAM transform refuses the template: .*'Worker', .*Handler"):
        sam.transformed(template("code.zip"))
    assert not list(folder.iterdir())


def test_the_transform_is_made_once_for_any_code(folder: Path) -> None:
    for key in ("0123456789abcdef.zip", "fedcba9876543210.zip"):
        resources = sam.transformed(template(key, Handler="app.worker", Runtime="python3.13"))["Resources"]
        assert resources["Worker"]["Type"] == "AWS::Lambda::Function"
        assert resources["Worker"]["Properties"]["Code"] == {"S3Bucket": "bucket", "S3Key": key}
    assert len(list(folder.iterdir())) == 1
