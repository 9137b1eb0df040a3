"""The command `watch`. tests/integration/test_events.py has the events of the service."""

from __future__ import annotations

import sys

import pytest

from command import run
from isprime import watching

DETAIL = {"finished_at": "T", "status": "SUCCESS", "number": "7", "kind": "number", "verdict": "prime"}


def test_an_event_is_a_line() -> None:
    line = watching.line(DETAIL | {"proven": True, "link": "https://x/y"})
    assert line == "T  SUCCESS  7 prime proven  https://x/y"


def test_without_an_emulator_it_says_what_to_start() -> None:
    result = run("watch", "--endpoint", "http://127.0.0.1:9")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "`make run`" in result.stderr


def test_an_address_that_is_none_is_one_line() -> None:
    result = run("watch", "--endpoint", "nowhere")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_without_boto3_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isprime.watching", None)
    monkeypatch.delattr("isprime.watching")
    result = run("watch")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: `isprime watch` needs the package boto3: pip install 'isprime[watch]'\n",
    )
