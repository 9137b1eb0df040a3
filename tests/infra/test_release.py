"""What `make release` needs."""

import re

import isprime

from chalicelib import VERSION
from infra import ROOT


def test_the_client_and_the_changelog_have_the_version_of_the_service() -> None:
    assert isprime.__version__ == VERSION
    versions = re.findall(r"^## \[(\d.*?)\] - ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == VERSION
