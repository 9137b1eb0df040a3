import csv
import io
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api import limits, pages
from chalicelib.api.openapi import document
from chalicelib.primality.lines import write_line
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.service.read import ResultsPage
from chalicelib.store.list_pages import RESULT_BYTES
from chalicelib.tasks.task import ListResult
from primes_core.notation.integers import to_decimal
from tests.support import examples

FORMATS = ["application/json", pages.NDJSON, pages.CSV]

witnesses = st.one_of(st.none(), st.builds(Witness, factor=st.integers(2)), st.builds(Witness, base=st.integers(2)))
results = st.builds(
    Result, number=st.integers(), verdict=st.sampled_from(Verdict), witness=witnesses, seconds=st.just(0.0)
)
#: What a client sends, often with a character at its beginning that a spreadsheet takes for that of a formula.
expressions = st.builds(str.__add__, st.sampled_from(["", "=", "+", "-", "@"]), st.text())
entries = st.lists(st.builds(ListResult, st.integers(0, 99_999), results, st.one_of(st.none(), st.text())), max_size=9)


#: An expression has no other characters: the parser refuses them.
grammar = st.text("0123456789abcdefxX+-*/^()!#, ", min_size=1)
#: A Lambda response has at most so many bytes.
MAX_RESPONSE_BYTES = 6_291_556
#: What the response has beside the results: headers, and a heading.
ENVELOPE_BYTES = 2_000


def page_of(found: list[ListResult], next_cursor: tuple[int, int] | None = None) -> ResultsPage:
    return ResultsPage(found, next_cursor, is_complete=next_cursor is None)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@settings(max_examples=examples(30))
@given(entries)
def test_the_lines_of_a_page_are_its_results(found: list[ListResult]) -> None:
    page = json.loads(pages.page_response(page_of(found), "", "/", {}).body)
    lines = pages.page_response(page_of(found), pages.NDJSON, "/", {}).body
    assert [json.loads(line) for line in lines.split("\n")[:-1]] == page["results"]
    assert lines.endswith("\n") or not found


@given(entries)
def test_the_cells_of_a_page_are_its_results(found: list[ListResult]) -> None:
    rows = rows_of(pages.page_response(page_of(found), pages.CSV, "/", {}).body)
    assert [row["index"] for row in rows] == [str(entry.index) for entry in found]
    for row, entry in zip(rows, found, strict=True):
        result, witness = entry.result, entry.result.witness or Witness()
        assert row["number"] == to_decimal(result.number)
        assert row["is_prime"] == json.dumps(result.is_prime)
        assert row["verdict"] == result.verdict
        assert row["proven"] == json.dumps(result.proven)
        assert row["factor"] == str(witness.factor or "")
        assert row["base"] == str(witness.base or "")


@given(st.lists(st.tuples(st.integers(), st.one_of(st.none(), expressions)), min_size=1, max_size=20))
def test_no_cell_of_a_csv_page_is_a_formula(numbers: list[tuple[int, str | None]]) -> None:
    found = [
        ListResult(index, Result(number, Verdict.COMPOSITE, witness=Witness(factor=2)), expression)
        for index, (number, expression) in enumerate(numbers)
    ]
    rows = rows_of(pages.page_response(page_of(found), "text/csv", "/", {}).body)
    for row, (number, expression) in zip(rows, numbers, strict=True):
        assert row["number"] == str(number)
        assert row["expression"][:1] not in {"=", "+", "-", "@"}
        assert row["expression"].removeprefix("'") == (expression or "").removeprefix("'")


def test_the_examples_of_the_contract_are_pages_as_the_service_writes_them() -> None:
    page = page_of([ListResult(0, Result(91, Verdict.COMPOSITE, witness=Witness(factor=7)))])
    shown = document()["paths"]["/{task_id}/results"]["get"]["responses"]["200"]["content"]
    for accept in (pages.NDJSON, pages.CSV):
        assert pages.page_response(page, accept, "/", {}).body == shown[accept]["example"]


@pytest.mark.parametrize("accept", FORMATS)
@given(
    st.tuples(st.integers(1, 999_999), st.integers(0, 99_999)),
    st.dictionaries(st.text(min_size=1), st.text(min_size=1)),
)
def test_a_page_that_is_not_the_last_links_to_the_next_with_the_same_query(
    accept: str, place: tuple[int, int], query: dict[str, str]
) -> None:
    query.pop("cursor", None)
    link = str(pages.page_response(page_of([], place), accept, "/api/one/results", query).headers["Link"])
    address = urlsplit(link.removeprefix("<").removesuffix('>; rel="next"'))
    assert address.path == "/api/one/results"
    assert dict(parse_qsl(address.query)) == {"cursor": f"{place[0]}.{place[1]}", **query}


@pytest.mark.parametrize("accept", FORMATS)
def test_the_last_page_links_to_no_other_and_no_cache_keeps_a_page(accept: str) -> None:
    headers = pages.page_response(page_of([]), accept, "/", {"limit": "5"}).headers
    assert "Link" not in headers
    assert headers["Results-Complete"] == "true"
    assert (headers["Cache-Control"], headers["Vary"]) == ("no-store", "Accept")
    assert str(headers["Content-Type"]).startswith(accept)


@pytest.mark.parametrize("accept", ["", "*/*", "text/html", "image/png"])
def test_a_format_that_is_not_known_is_json(accept: str) -> None:
    response = pages.page_response(page_of([], (2, 1)), accept, "/", {})
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.body) == {"results": [], "next": "2.1", "complete": False}


@pytest.mark.parametrize("accept", FORMATS)
@given(st.lists(st.builds(ListResult, st.just(99_999), results, st.one_of(st.none(), grammar)), max_size=20))
def test_a_page_has_no_more_bytes_in_lambdas_response_than_are_counted(accept: str, found: list[ListResult]) -> None:
    counted = sum(
        # as list_pages.py counts them
        RESULT_BYTES
        + entry.result.number.bit_length() // 3
        + 1
        + len(write_line(entry.result))
        + len(entry.expression or "")
        for entry in found
    )
    response = pages.page_response(page_of(found, (999_999, 99_999)), accept, "/api/" + "i" * 36, {"only": "primes"})
    assert len(json.dumps(response.to_dict())) <= counted + ENVELOPE_BYTES
    assert limits.MAX_PAGE_BYTES + ENVELOPE_BYTES < MAX_RESPONSE_BYTES
