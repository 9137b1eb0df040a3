"""A request waits as long as it prefers, 25 s at most, and its function may still run."""

from types import SimpleNamespace

import pytest

from chalicelib.api import limits
from chalicelib.service import read
from tests.support.api import invoke
from tests.support.tasks import submit_list, submit_number


@pytest.fixture
def slept(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that requests sleep; nobody sleeps."""
    sleeps: list[float] = []
    time = SimpleNamespace(sleep=sleeps.append, monotonic=lambda: sum(sleeps))
    monkeypatch.setattr(read, "time", time)
    return sleeps


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
    assert invoke(method, path, body, seconds=remaining, prefer=f"wait={preferred}")["statusCode"] == status
    if route == "read results":
        expected = max(0, min(expected, remaining - limits.PAGE_SECONDS - limits.WAIT_MARGIN_SECONDS))
    assert sum(slept) == pytest.approx(expected)


def test_the_results_of_a_single_number_are_not_found_without_a_wait(slept: list[float]) -> None:
    assert invoke("GET", f"/{submit_number(11)}/results", prefer="wait=20")["statusCode"] == 404
    assert slept == []
