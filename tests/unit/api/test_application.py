"""The application leaves its log to Lambda's runtime, which writes each entry as one line of JSON."""

import json
import logging

import pytest

from app import app
from chalicelib.service import read
from chalicelib.tasks import ids
from tests.support.api import Api


def test_the_application_has_no_log_handler_of_its_own() -> None:
    """Chalice's own would print a traceback as lines of text in addition to the runtime's entry."""
    assert app.log.handlers == []
    assert app.log.propagate


def test_an_error_that_nothing_catches_is_one_entry_with_its_traceback(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(read, "wait_for_task", fail)
    assert api.get(f"/{ids.new_id()}").status == 500
    (entry,) = caplog.records
    assert entry.levelno == logging.ERROR
    assert entry.exc_info is not None
    assert entry.exc_info[0] is ZeroDivisionError


def test_the_line_of_a_request_says_what_was_asked_and_how_it_ended(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    task_id = api.submit(11).json["task_id"]
    api.send("POST", f"/{task_id}/retry")
    submitted, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert submitted["task_id"] == refused["task_id"] == task_id
    assert (submitted["method"], submitted["route"], submitted["status"]) == ("POST", "/", 202)
    assert (refused["route"], refused["status"]) == ("/{task_id}/retry", 409)
