"""The route of a list's results: pages in the order of the list, in three formats."""

from __future__ import annotations

import csv
import io
import json

import pytest

from chalicelib.queues import Queue
from tests.support.api import Api, assert_problem
from tests.support.aws import receive
from tests.support.builders import set_chunk_size
from tests.support.consumers import handle, run_all


@pytest.fixture
def listed(api: Api, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the id of a finished list of the numbers 0 to 9, in chunks of four."""
    set_chunk_size(monkeypatch, 4)
    task_id: str = api.submit(list(range(10))).json["task_id"]
    run_all()
    return task_id


def test_pages_follow_each_other_by_their_cursor(api: Api, listed: str) -> None:
    numbers, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/{listed}/results?limit=3{f'&cursor={cursor}' if cursor else ''}").json
        numbers += [row["number"] for row in page["results"]]
        cursor = page["next"]
    assert numbers == list(range(10))


def test_a_row_has_the_fields_of_the_contract(api: Api, listed: str) -> None:
    row = api.get(f"/{listed}/results?limit=1&cursor=2.0").json["results"][0]
    assert row == {
        "index": 4,
        "number": 4,
        "is_prime": False,
        "verdict": "composite",
        "proven": True,
        "witness": {"factor": "2"},
        "expression": None,
    }


def test_the_same_page_comes_as_ndjson_and_csv(api: Api, listed: str) -> None:
    page = api.get(f"/{listed}/results?limit=5")
    lines = api.get(f"/{listed}/results?limit=5", accept="application/x-ndjson")
    table = api.get(f"/{listed}/results?limit=5", accept="text/csv")
    assert [json.loads(line) for line in lines.text.splitlines()] == page.json["results"]
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [int(row["number"]) for row in rows] == [row["number"] for row in page.json["results"]]
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert table.headers["content-type"].startswith("text/csv")


def test_every_format_links_to_the_next_page(api: Api, listed: str) -> None:
    for accept in ("application/json", "application/x-ndjson", "text/csv"):
        response = api.get(f"/{listed}/results?limit=5", accept=accept)
        assert response.headers["link"] == f'</{listed}/results?cursor=2.1&limit=5>; rel="next"'


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=0.0", "limit=0", "limit=x", "limit=10001", "cursor=1", "only=all"]
)
def test_an_invalid_page_is_400(api: Api, listed: str, query: str) -> None:
    assert_problem(api.get(f"/{listed}/results?{query}"), 400)


def test_a_single_number_has_no_results(api: Api) -> None:
    task_id = api.submit(11).json["task_id"]
    run_all()
    assert_problem(api.get(f"/{task_id}/results"), 404)


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson", "text/csv"])
def test_a_page_says_whether_the_list_is_complete(api: Api, monkeypatch: pytest.MonkeyPatch, accept: str) -> None:
    set_chunk_size(monkeypatch, 4)
    task_id = api.submit(list(range(10))).json["task_id"]
    records = receive(Queue.LISTS)
    handle(Queue.LISTS, records[:1])
    assert api.get(f"/{task_id}/results", accept=accept).headers["results-complete"] == "false"
    handle(Queue.LISTS, records[1:])
    assert api.get(f"/{task_id}/results", accept=accept).headers["results-complete"] == "true"
    assert api.get(f"/{task_id}/results").json["complete"] is True


def test_a_result_keeps_the_expression_that_was_sent(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 2)
    task_id = api.submit(["2^61-1", 11, "0x1f", "4!+1", "(10^19-1)/9"]).json["task_id"]
    run_all()
    rows = api.get(f"/{task_id}/results").json["results"]
    assert [row["expression"] for row in rows] == ["2^61-1", None, None, "4!+1", "(10^19-1)/9"]
    assert [row["is_prime"] for row in rows] == [True, True, True, False, True]
    lines = api.get(f"/{task_id}/results", accept="text/csv").text.splitlines()
    assert lines[1].endswith(",2^61-1")


def test_a_page_has_only_primes_or_only_composites(api: Api, listed: str) -> None:
    primes = api.get(f"/{listed}/results?only=primes&limit=3")
    assert [row["number"] for row in primes.json["results"]] == [2, 3, 5]
    assert "only=primes" in primes.headers["link"]
    others = api.get(f"/{listed}/results?only=composites")
    assert [row["number"] for row in others.json["results"]] == [0, 1, 4, 6, 8, 9]
