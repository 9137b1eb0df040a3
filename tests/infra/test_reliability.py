"""The page on reliability names existing tests, and every file of the tests of faults."""

from __future__ import annotations

import re

from infra import ROOT

NAMED = set(re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "reliability.md").read_text()))


def test_every_test_that_the_page_names_exists() -> None:
    assert NAMED
    assert [name for name in sorted(NAMED) if not (ROOT / name).is_file()] == []


def test_every_file_of_the_tests_of_faults_is_named() -> None:
    faults = {str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "faults").glob("test_*.py")}
    assert faults - NAMED == set()
