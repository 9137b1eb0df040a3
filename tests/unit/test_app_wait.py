"""A request waits as long as it prefers, 25 s at most, and its function may still run."""

from types import SimpleNamespace

import pytest
from chalice.local import LambdaEventConverter, RouteMatcher

from app import app
from chalicelib.api import limits
from chalicelib.service import read
from tests.support.tasks import submit_list, submit_number


@pytest.fixture
def slept(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that requests sleep; nobody sleeps."""
    sleeps: list[float] = []
    time = SimpleNamespace(sleep=sleeps.append, monotonic=lambda: sum(sleeps))
    monkeypatch.setattr(read, "time", time)
    return sleeps


def request(method: str, path: str, body: bytes, preferred: int, remaining: float) -> int:
    """Send a request that prefers to wait to a function that may still run so long; return the status."""
    headers = {"content-type": "application/json", "prefer": f"wait={preferred}"}
    event = LambdaEventConverter(RouteMatcher(list(app.routes))).create_lambda_event(method, path, headers, body)
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: int(remaining * 1000))
    status: int = app(event, context)["statusCode"]
    return status


@pytest.mark.parametrize(
    ("preferred", "remaining", "expected"),
    [
        (20, 29, 20),
        (10_000, 60, limits.MAX_WAIT_SECONDS),
        (20, 5, 5 - limits.WAIT_MARGIN_SECONDS),
        (20, limits.WAIT_MARGIN_SECONDS, 0),
        (20, 0.5, 0),
    ],
    ids=["enough", "too long", "less", "the margin", "nothing"],
)
@pytest.mark.parametrize("route", ["submit", "submit a list", "read", "read results"])
def test_a_request_waits_as_long_as_it_prefers_within_its_limits(
    slept: list[float], route: str, preferred: int, remaining: float, expected: float
) -> None:
    method, path, body, status = {
        "submit": ("POST", "/", b'{"number": 11}', 202),
        "submit a list": ("POST", "/", b'{"numbers": [11, 13]}', 202),
        "read": ("GET", f"/{submit_number(11)}", b"", 200),
        "read results": ("GET", f"/{submit_list([11, 13])}/results", b"", 200),
    }[route]
    assert request(method, path, body, preferred, remaining) == status
    if route == "read results":
        expected = max(0, min(expected, remaining - limits.PAGE_SECONDS - limits.WAIT_MARGIN_SECONDS))
    assert sum(slept) == pytest.approx(expected)


def test_the_results_of_a_single_number_are_not_found_without_a_wait(slept: list[float]) -> None:
    assert request("GET", f"/{submit_number(11)}/results", b"", 20, 29) == 404
    assert slept == []
