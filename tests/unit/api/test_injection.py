"""Nothing that a client sends becomes a formula in a table, a header or a part of an address."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import pages
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.service.read import ResultsPage
from chalicelib.tasks.task import ListResult
from tests.support.api import Api, assert_problem

#: What a client can send in a header or in a query.
HOSTILE = ['"\r\nX-Injected: yes', "a\nb", "<script>", "=1+1", "../../etc", "%0d%0aX-Injected:%20yes"]


@given(st.lists(st.tuples(st.integers(), st.one_of(st.none(), st.text())), min_size=1, max_size=20))
def test_no_cell_of_a_csv_page_is_a_formula(numbers: list[tuple[int, str | None]]) -> None:
    results = [
        ListResult(index, Result(number, Verdict.COMPOSITE, witness=Witness(factor=2)), expression)
        for index, (number, expression) in enumerate(numbers)
    ]
    response = pages.page_response(ResultsPage(results, None, is_complete=True), "text/csv", "/", {})
    rows = list(csv.reader(io.StringIO(response.body, newline="")))[1:]
    for row, (number, expression) in zip(rows, numbers, strict=True):
        assert row[1] == str(number)
        assert row[-1][:1] not in {"=", "+", "-", "@"}
        assert row[-1].removeprefix("'") == (expression or "").removeprefix("'")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_header_has_what_a_client_sent(api: Api, text: str) -> None:
    responses = [
        api.submit(11, prefer=text),
        api.submit(11, idempotency_key=text),
        api.get("/queue", accept=text),
        api.submit(11, x_forwarded_host=text, host=text),
    ]
    for response in responses:
        assert "x-injected" not in response.headers
        assert not any(text in value for value in response.headers.values())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_address_has_what_a_client_sent(api: Api, text: str) -> None:
    task_id = api.submit([11]).json["task_id"]
    for name in ("cursor", "limit", "only"):
        assert_problem(api.get(f"/{task_id}/results?{name}={text}"), 400)
    assert_problem(api.get(f"/queue?cursor={text}"), 400)
