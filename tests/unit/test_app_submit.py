"""The route that submits, and how long a request waits: as it prefers, 25 s at most, and its function may still run."""

from types import SimpleNamespace

import pytest

from chalicelib import clock, queues
from chalicelib.api import limits
from chalicelib.queues import Queue
from chalicelib.service import read
from chalicelib.tasks import ids
from chalicelib.tasks.messages import decode
from tests.support.api import Api, assert_problem, invoke
from tests.support.aws import receive
from tests.support.consumers import run, run_all
from tests.support.tasks import submit_list, submit_number


def test_a_number_is_accepted_with_its_task_and_its_address(api: Api) -> None:
    response = api.submit(11)
    assert response.status == 202
    assert response.json == {"status": "success"} | {name: response.json[name] for name in ("task_id", "expected_at")}
    assert 0 < clock.seconds(response.json["expected_at"]) - ids.submitted_at(response.json["task_id"]) < 1
    assert response.headers["location"] == f"/{response.json['task_id']}"
    run_all()
    assert api.get(response.headers["location"]).json["result"]["is_prime"] is True


def test_the_message_of_a_number_is_in_the_group_of_the_api_key(aws: None) -> None:
    assert invoke("POST", "/", b'{"number": 11}', caller="key-1")["statusCode"] == 202
    (record,) = receive(Queue.TASKS)
    assert decode(record["body"]).caller == "key-1"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ('{"number": 1.5}', {}, 400),
        ('{"number": 11}', {"idempotency_key": "a b"}, 400),
        ('{"number": 9^9^9}', {}, 400),
        ('{"number": "9^9^9^9"}', {}, 413),
        ('{"number": 11}', {"content_type": "text/plain"}, 415),
    ],
)
def test_what_is_refused_is_a_problem_and_queues_nothing(
    api: Api, body: str, headers: dict[str, str], status: int
) -> None:
    assert_problem(api.post(body, **headers), status)
    assert queues.counts(Queue.TASKS).waiting == 0


def test_a_task_that_finishes_in_the_wait_is_returned(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: run(Queue.TASKS))
    response = api.submit(11, prefer="wait=10")
    assert response.status == 200
    assert response.json["status"] == "SUCCESS"
    assert response.headers["preference-applied"] == "wait=10"


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
