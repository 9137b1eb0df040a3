from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from chalice.local import LambdaEventConverter, RouteMatcher

from app import app
from chalicelib.api import limits
from chalicelib.service import read
from chalicelib.tasks import ids

JSON = {"content-type": "application/json", "prefer": "wait=20"}


@pytest.fixture
def waits(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds for which requests wait; nobody waits."""
    asked: list[float] = []
    wait_for_task = read.wait_for_task

    def note(task_id: str, seconds: float) -> Any:
        asked.append(seconds)
        return wait_for_task(task_id, 0)

    monkeypatch.setattr(read, "wait_for_task", note)
    return asked


def request(method: str, path: str, body: bytes, remaining_seconds: float) -> int:
    """Send a request that prefers to wait 20 s to a function that may still run so long; return the status."""
    event = LambdaEventConverter(RouteMatcher(list(app.routes))).create_lambda_event(method, path, JSON, body)
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: int(remaining_seconds * 1000))
    status: int = app(event, context)["statusCode"]
    return status


@pytest.mark.parametrize(
    ("remaining", "expected"),
    [(29, 20), (5, 5 - limits.WAIT_MARGIN_SECONDS), (limits.WAIT_MARGIN_SECONDS, 0), (0.5, 0)],
    ids=["enough", "less", "the margin", "nothing"],
)
@pytest.mark.parametrize("route", ["submit", "read", "read results"])
def test_a_request_waits_no_longer_than_its_function_may_still_run(
    waits: list[float], route: str, remaining: float, expected: float
) -> None:
    task_id = ids.new_id()
    method, path, body, status = {
        "submit": ("POST", "/", b'{"number": 11}', 202),
        "read": ("GET", f"/{task_id}", b"", 200),
        "read results": ("GET", f"/{task_id}/results", b"", 404),  # it is no list
    }[route]
    assert request(method, path, body, remaining) == status
    assert waits == [expected]
