"""The examples of the contract are what the service sends."""

from __future__ import annotations

import pytest

from chalicelib.api import examples, pages, problems, responses
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.service.read import ResultsPage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListResult
from tests.support.builders import number_task

#: The first result of the example of a page.
ROW = ListResult(0, Result(91, Verdict.COMPOSITE, witness=Witness(factor=7)))


@pytest.mark.parametrize("name", examples.TASKS)
def test_a_task_has_the_fields_that_the_service_sends(name: str) -> None:
    assert list(examples.TASKS[name]["value"]) == list(responses.task_json(number_task(), ""))


def test_a_number_has_the_fields_of_a_result_that_the_service_sends() -> None:
    sent = responses.task_json(number_task(status=Status.SUCCESS, result=Result(11, Verdict.PRIME)), "")["result"]
    for name in ("number", "proving"):
        assert list(examples.TASKS[name]["value"]["result"]) == list(sent)


@pytest.mark.parametrize(("accept", "text"), [(pages.NDJSON, examples.NDJSON), (pages.CSV, examples.CSV)])
def test_a_page_of_text_is_written_as_the_service_writes_it(accept: str, text: str) -> None:
    response = pages.page_response(ResultsPage([ROW], None, is_complete=True), accept, "/", {})
    assert response.body == text


def test_a_page_in_json_begins_with_the_same_result() -> None:
    assert examples.BODIES["Results"]["results"][0] == responses.list_result_json(ROW)


def test_every_status_of_an_error_has_a_problem_that_says_what_to_do() -> None:
    from_the_service = set(problems.STATUSES.values())
    from_api_gateway = {403, 429}
    assert set(examples.PROBLEMS) == from_the_service | from_api_gateway
    for status, problem in examples.PROBLEMS.items():
        assert problem["status"] == status
        assert problem["detail"].endswith(".")
