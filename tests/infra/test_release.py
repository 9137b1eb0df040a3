"""What `make release` needs."""

import re

import isprime
import pytest

from chalicelib import VERSION
from infra import ROOT
from infra.errors import InfraError
from infra.tools.release import notes, release


def test_the_client_has_the_version_of_the_service() -> None:
    assert isprime.__version__ == VERSION


def test_the_newest_section_of_the_changelog_is_that_of_the_version() -> None:
    versions = re.findall(r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == VERSION
    assert notes(VERSION).startswith("### ")


def test_a_tag_of_another_version_is_refused() -> None:
    with pytest.raises(InfraError, match=f"tag v{VERSION}"):
        release("v0.0.0")
