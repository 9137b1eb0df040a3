"""Nothing that a client sends becomes a formula in a table, a header of ours or a part of an address."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import pages
from chalicelib.tasks import chunks
from tests.unit.api.conftest import Api
from tests.unit.api.test_submit import assert_problem

#: Anything that a client can get into a header or a query.
HOSTILE = ['"\r\nX-Injected: yes', "a\nb", "<script>", "=1+1", "../../etc", "%0d%0aX-Injected:%20yes"]


@given(st.lists(st.integers(), min_size=1, max_size=20))
def test_every_cell_of_a_csv_page_is_a_word_or_a_number(numbers: list[int]) -> None:
    rows = [chunks.Row(index, str(n), "composite", {"factor": "2"}) for index, n in enumerate(numbers)]
    answer = pages.page(rows, None, accept="text/csv", address="/", limit=20)
    for cells in list(csv.reader(io.StringIO(answer.body)))[1:]:
        assert all(cell.isalnum() or "_" in cell or cell.removeprefix("-").isdecimal() or not cell for cell in cells)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_header_is_made_of_what_a_client_sent(api: Api, text: str) -> None:
    answers = [
        api.submit(11, prefer=text),
        api.submit(11, idempotency_key=text),
        api.get("/queue", accept=text),
        api.submit(11, x_forwarded_host=text, host=text),
    ]
    for answer in answers:
        assert "x-injected" not in answer.headers
        assert not any(text in value for value in answer.headers.values())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_address_is_made_of_what_a_client_sent(api: Api, text: str) -> None:
    task_id = api.submit([11]).json["task_id"]
    for name in ("cursor", "limit"):
        assert_problem(api.get(f"/{task_id}/results?{name}={text}"), 400)
