"""The routes that read, cancel and retry a task, and those of the queues, the health and the page."""

from __future__ import annotations

import pytest

from chalicelib import clock
from chalicelib.queues import Queue
from chalicelib.tasks import ids
from tests.support.api import Api, assert_problem
from tests.support.clock import set_clock
from tests.support.consumers import fail_waiting, run_all


@pytest.fixture
def done(api: Api) -> str:
    """Return the id of a finished task."""
    task_id: str = api.submit(11).json["task_id"]
    run_all()
    return task_id


@pytest.fixture
def failed(api: Api) -> str:
    """Return the id of a failed task."""
    task_id: str = api.submit(11).json["task_id"]
    fail_waiting(Queue.TASKS)
    return task_id


def test_a_task_has_the_fields_of_the_contract(api: Api, done: str) -> None:
    task = api.get(f"/{done}").json
    assert list(task) == [
        *("task_id", "status", "result", "progress", "error", "attempts"),
        *("submitted_at", "started_at", "finished_at", "expires_at"),
    ]
    assert task["result"].pop("seconds") >= 0
    assert task["result"] == {
        "number": 11,
        "is_prime": True,
        "verdict": "prime",
        "proven": True,
        "method": "trial division",
        "witness": None,
        "certificate": None,
        "expression": None,
    }


def test_a_composite_comes_with_its_witness(api: Api) -> None:
    task_id = api.submit("3215031751").json["task_id"]
    run_all()
    result = api.get(f"/{task_id}").json["result"]
    assert result["is_prime"] is False
    assert result["verdict"] == "composite"
    assert set(result["witness"]) in ({"factor"}, {"base", "kind"})


def test_an_unfinished_task_is_not_cached_and_says_when_to_read_it_again(api: Api) -> None:
    response = api.submit(11)
    task = api.get(f"/{response.json['task_id']}")
    assert task.status == 200
    assert task.json["status"] == "PENDING"
    assert task.json["result"] is None
    assert task.headers["cache-control"] == "no-store"
    assert task.headers["retry-after"] == "1"
    assert "etag" not in task.headers


def test_a_finished_task_may_be_cached_and_has_an_etag(api: Api, done: str) -> None:
    task = api.get(f"/{done}")
    assert task.headers["cache-control"] == "private, max-age=3600"
    known = api.get(f"/{done}", if_none_match=task.headers["etag"])
    assert known.status == 304
    assert known.text == ""
    assert api.get(f"/{done}", if_none_match='"other"').status == 200


def test_a_failed_task_is_revalidated_each_time(api: Api, failed: str) -> None:
    response = api.get(f"/{failed}")
    assert response.json["status"] == "FAILURE"
    assert response.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "task_id",
    ["nobody", ids.new_id(seconds=1.0), ids.new_id()[:-1] + "!", ids.keyed_id("", "never"), "%00", "favicon.ico"],
    ids=["word", "expired", "typing error", "key never used", "null character", "file"],
)
@pytest.mark.parametrize(
    ("method", "rest"),
    [("GET", ""), ("DELETE", ""), ("POST", "/retry"), ("GET", "/results"), ("GET", "/certificate")],
    ids=["read", "cancel", "retry", "results", "certificate"],
)
def test_an_unknown_task_is_404_on_every_address(api: Api, task_id: str, method: str, rest: str) -> None:
    assert_problem(api.send(method, f"/{task_id}{rest}"), 404)


def test_a_task_expires(api: Api, done: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, clock.now() + 8 * 86_400)
    assert_problem(api.get(f"/{done}"), 404)


def test_a_waiting_task_is_cancelled(api: Api) -> None:
    task_id = api.submit(11).json["task_id"]
    response = api.send("DELETE", f"/{task_id}")
    assert response.status == 200
    assert response.json["status"] == "REVOKED"
    assert_problem(api.send("DELETE", f"/{task_id}"), 409)


def test_a_finished_task_can_be_neither_cancelled_nor_retried(api: Api, done: str) -> None:
    assert_problem(api.send("DELETE", f"/{done}"), 409)
    assert_problem(api.send("POST", f"/{done}/retry"), 409)


def test_a_failed_task_is_queued_again(api: Api, failed: str) -> None:
    response = api.send("POST", f"/{failed}/retry")
    assert response.status == 202
    assert response.headers["location"] == f"/{failed}"
    run_all()
    assert api.get(f"/{failed}").json["status"] == "SUCCESS"


def test_the_queues_have_their_counts_and_the_tasks_that_failed_last(api: Api, failed: str) -> None:
    api.submit(13)
    body = api.get("/queue").json
    assert body["queues"]["tasks"] == {"waiting": 1, "in_flight": 1, "delayed": 0, "slots": None}
    assert list(body["queues"]) == [queue.value for queue in Queue]
    assert [task["task_id"] for task in body["failed"]] == [failed]


def test_health_is_ok_when_the_table_and_the_queues_respond(api: Api) -> None:
    assert api.get("/health").status == 200
    assert api.get("/health").json == {"status": "ok"}


def test_a_certificate_is_text_in_the_requested_format(api: Api) -> None:
    task_id = api.submit("10^30+57").json["task_id"]
    run_all()
    address = api.get(f"/{task_id}").json["result"]["certificate"]
    assert address == f"/{task_id}/certificate"
    assert api.get(address).text.startswith("[")
    assert "PRIMO" in api.get(f"{address}?format=primo").text
    assert_problem(api.get(f"{address}?format=other"), 400)


def test_a_task_without_a_certificate_says_so(api: Api, done: str) -> None:
    assert_problem(api.get(f"/{done}/certificate"), 404)


@pytest.mark.parametrize("path", ["/{task_id}", "/queue", "/health", "/openapi.json", "/"])
def test_head_has_the_headers_of_get_and_no_body(api: Api, done: str, path: str) -> None:
    path = path.format(task_id=done)
    head, get = api.send("HEAD", path), api.get(path)
    assert head.status == get.status
    assert head.text == ""
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_request_without_a_body_may_have_any_media_type(api: Api, done: str, method: str) -> None:
    response = api.send(method, f"/{done}", content_type="text/plain")
    assert response.status == (200 if method == "GET" else 409)


def test_a_browser_gets_the_page_at_the_address_of_a_task(api: Api, done: str) -> None:
    response = api.get(f"/{done}", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert response.headers["content-type"].startswith("text/html")
    assert api.get(f"/{done}", accept="*/*").json["task_id"] == done


def test_every_response_forbids_the_browser_to_guess_its_type(api: Api, done: str) -> None:
    for path in (f"/{done}", "/queue", "/health", "/openapi.json", "/", "/nobody"):
        assert api.get(path).headers["x-content-type-options"] == "nosniff", path
    assert api.submit(11).headers["x-content-type-options"] == "nosniff"
