"""A page of results is the same in each format."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import pages
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.service.read import ResultsPage
from chalicelib.tasks.task import ListResult


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
