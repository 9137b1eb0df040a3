"""What a task looks like to its reader, and how it is steered."""

from __future__ import annotations

import csv
import io
import json

import pytest

from chalicelib.settings import settings
from chalicelib.tasks import chunks, dead_letters, ids
from chalicelib.telemetry import Invocation
from tests.aws import receive, run_prover, run_worker
from tests.unit.api.conftest import Api
from tests.unit.api.test_submit import assert_problem


@pytest.fixture
def done(api: Api) -> str:
    """Give the id of a finished task."""
    task_id: str = api.submit(11).json["task_id"]
    run_worker()
    return task_id


@pytest.fixture
def failed(api: Api) -> str:
    """Give the id of a failed task."""
    task_id: str = api.submit(11).json["task_id"]
    dead_letters.bury(receive(settings().tasks_queue_url), Invocation("test"))
    return task_id


@pytest.fixture
def listed(api: Api, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the id of a finished list of the numbers 0 to 9, in chunks of four."""
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 4)
    task_id: str = api.submit(list(range(10))).json["task_id"]
    run_worker()
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
    }


def test_a_composite_comes_with_its_witness(api: Api) -> None:
    task_id = api.submit("3215031751").json["task_id"]
    run_worker()
    result = api.get(f"/{task_id}").json["result"]
    assert (result["is_prime"], result["verdict"]) == (False, "composite")
    assert set(result["witness"]) in ({"factor"}, {"base", "kind"})


def test_an_unfinished_task_is_not_kept_and_says_when_to_look_again(api: Api) -> None:
    answer = api.submit(11)
    task = api.get(f"/{answer.json['task_id']}")
    assert (task.status, task.json["status"], task.json["result"]) == (200, "PENDING", None)
    assert (task.headers["cache-control"], task.headers["retry-after"]) == ("no-store", "1")
    assert "etag" not in task.headers


def test_a_finished_task_may_be_kept_and_is_known_by_its_tag(api: Api, done: str) -> None:
    task = api.get(f"/{done}")
    assert task.headers["cache-control"] == "private, max-age=3600"
    known = api.get(f"/{done}", if_none_match=task.headers["etag"])
    assert (known.status, known.text) == (304, "")
    assert api.get(f"/{done}", if_none_match='"other"').status == 200


def test_a_failed_task_is_asked_for_again_each_time(api: Api, failed: str) -> None:
    answer = api.get(f"/{failed}")
    assert (answer.json["status"], answer.headers["cache-control"]) == ("FAILURE", "private, no-cache")


@pytest.mark.parametrize(
    "task_id",
    ["nobody", ids.new_id(now=1.0), ids.new_id()[:-1] + "!", ids.keyed_id("", "never"), "%00", "favicon.ico"],
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
    import time  # noqa: PLC0415 - the clock that is put forward

    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 8 * 86_400)
    assert_problem(api.get(f"/{done}"), 404)


def test_a_task_that_waits_is_cancelled(api: Api) -> None:
    task_id = api.submit(11).json["task_id"]
    answer = api.send("DELETE", f"/{task_id}")
    assert (answer.status, answer.json["status"]) == (200, "REVOKED")
    assert_problem(api.send("DELETE", f"/{task_id}"), 409)


def test_a_finished_task_can_be_neither_cancelled_nor_tried_again(api: Api, done: str) -> None:
    assert_problem(api.send("DELETE", f"/{done}"), 409)
    assert_problem(api.send("POST", f"/{done}/retry"), 409)


def test_a_failed_task_is_queued_again(api: Api, failed: str) -> None:
    answer = api.send("POST", f"/{failed}/retry")
    assert (answer.status, answer.headers["location"]) == (202, f"/{failed}")
    run_worker()
    assert api.get(f"/{failed}").json["status"] == "SUCCESS"


def test_the_queues_tell_what_they_hold_and_what_failed_last(api: Api, failed: str) -> None:
    api.submit(13)
    body = api.get("/queue").json
    assert body["queues"]["tasks"] == {"waiting": 1, "in_flight": 1, "delayed": 0}
    assert list(body["queues"]) == ["tasks", "proofs", "dead_letters"]
    assert [task["task_id"] for task in body["failed"]] == [failed]


def test_health_is_ok_when_table_and_queues_answer(api: Api) -> None:
    assert (api.get("/health").status, api.get("/health").json) == (200, {"status": "ok"})


def test_a_certificate_is_text_in_the_format_asked_for(api: Api) -> None:
    task_id = api.submit("10^30+57").json["task_id"]
    run_worker()
    run_prover()
    address = api.get(f"/{task_id}").json["result"]["certificate"]
    assert address == f"/{task_id}/certificate"
    assert api.get(address).text.startswith("[")
    assert "PRIMO" in api.get(f"{address}?format=primo").text
    assert_problem(api.get(f"{address}?format=other"), 400)


def test_a_task_without_a_certificate_says_so(api: Api, done: str) -> None:
    assert_problem(api.get(f"/{done}/certificate"), 404)


class TestResults:
    """A list's results come in pages, in the list's order, in three forms."""

    def test_pages_follow_each_other_by_their_cursor(self, api: Api, listed: str) -> None:
        numbers, cursor = [], ""
        while cursor is not None:
            page = api.get(f"/{listed}/results?limit=3{f'&cursor={cursor}' if cursor else ''}").json
            numbers += [row["number"] for row in page["results"]]
            cursor = page["next"]
        assert numbers == list(range(10))

    def test_a_row_has_the_fields_of_the_contract(self, api: Api, listed: str) -> None:
        row = api.get(f"/{listed}/results?limit=1&cursor=2.0").json["results"][0]
        assert row == {
            "index": 4,
            "number": 4,
            "is_prime": False,
            "verdict": "composite",
            "proven": True,
            "witness": {"factor": "2"},
        }

    def test_the_same_page_comes_as_lines(self, api: Api, listed: str) -> None:
        page = api.get(f"/{listed}/results?limit=5")
        lines = api.get(f"/{listed}/results?limit=5", accept="application/x-ndjson")
        table = api.get(f"/{listed}/results?limit=5", accept="text/csv")
        assert [json.loads(line) for line in lines.text.splitlines()] == page.json["results"]
        rows = list(csv.DictReader(io.StringIO(table.text)))
        assert [int(row["number"]) for row in rows] == [row["number"] for row in page.json["results"]]
        assert lines.headers["content-type"] == "application/x-ndjson"
        assert table.headers["content-type"].startswith("text/csv")

    def test_every_form_links_to_the_next_page(self, api: Api, listed: str) -> None:
        for accept in ("application/json", "application/x-ndjson", "text/csv"):
            answer = api.get(f"/{listed}/results?limit=5", accept=accept)
            assert answer.headers["link"] == f'</{listed}/results?cursor=2.1&limit=5>; rel="next"'

    @pytest.mark.parametrize("query", ["cursor=x", "cursor=0.0", "limit=0", "limit=x", "limit=10001", "cursor=1"])
    def test_a_page_that_cannot_be_is_400(self, api: Api, listed: str, query: str) -> None:
        assert_problem(api.get(f"/{listed}/results?{query}"), 400)

    def test_a_single_number_has_no_results(self, api: Api, done: str) -> None:
        assert_problem(api.get(f"/{done}/results"), 404)
