"""`make test-localstack` says what a machine lacks for it, and fails for that in CI only."""

import pytest

from tests.localstack.__main__ import main

LACKING = ["Python 3.13 is not installed", "Java is not installed: apt-get install default-jre-headless"]


@pytest.mark.parametrize(("variable", "status"), [("", 0), ("true", 1)], ids=["here", "in CI"])
def test_what_is_missing_is_named_and_fails_in_ci_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, status: int
) -> None:
    monkeypatch.setenv("CI", variable)
    monkeypatch.setattr("tests.localstack.__main__.missing", lambda: LACKING)
    assert main([]) == status
    assert capsys.readouterr().out == f"make test-localstack: not run. {'. '.join(LACKING)}.\n"
