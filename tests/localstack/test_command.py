"""`make test-localstack` says what a machine lacks for it, and fails for that in CI only."""

from __future__ import annotations

import pytest

from infra import ROOT
from tests.localstack.__main__ import NOT_ON_LOCALSTACK, main
from tests.localstack.environments import missing

LACKING = ["Python 3.13 is not installed", "Java is not installed: apt-get install default-jre-headless"]


@pytest.mark.parametrize(("variable", "status"), [("", 0), ("true", 1)], ids=["here", "in CI"])
def test_what_is_missing_is_named_and_fails_in_ci_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, status: int
) -> None:
    monkeypatch.setenv("CI", variable)
    monkeypatch.setattr("tests.localstack.__main__.missing", lambda: LACKING)
    assert main([]) == status
    assert capsys.readouterr().out == f"make test-localstack: not run. {'. '.join(LACKING)}.\n"


def test_a_machine_without_that_python_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.localstack.environments.find_python", lambda: None)
    monkeypatch.setattr("tests.localstack.environments.is_installed", lambda: True)
    assert missing() == ["Python 3.13 is not installed, on which LocalStack and the functions run"]


@pytest.mark.parametrize("test", NOT_ON_LOCALSTACK)
def test_each_test_that_is_left_out_exists(test: str) -> None:
    """Pytest ignores a name that it does not find, and would run the test under its new name."""
    file, _, name = test.partition("::")
    assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text()
