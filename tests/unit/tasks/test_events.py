"""The event of a final task fits its schema in docs/."""

import json

import pytest
from openapi_schema_validator import OAS31Validator

from chalicelib.primality.result import Result, Verdict
from chalicelib.tasks.events import MAX_DIGITS, task_finished
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask
from infra import ROOT
from tests.support.tasks import list_task, number_task

SCHEMA = json.loads((ROOT / "docs" / "task-finished.schema.json").read_text())
ENDED = {"started_at": "2026-11-24T08:33:22.225Z", "finished_at": "2026-11-24T08:33:22.325Z"}


def result(number: int) -> Result:
    return Result(number, Verdict.PRIME, "Baillie-PSW", seconds=0.1)


@pytest.mark.parametrize(
    "task",
    [
        number_task(status=Status.SUCCESS, result=result(11), **ENDED),
        number_task(status=Status.FAILURE, finished_at=ENDED["finished_at"]),
        list_task(status=Status.REVOKED, **ENDED),
    ],
    ids=lambda task: str(task.status),
)
def test_an_event_fits_the_schema_and_has_no_other_field(task: NumberTask | ListTask) -> None:
    detail = json.loads(json.dumps(task_finished(task, "https://api.example/api/")))
    OAS31Validator(SCHEMA).validate(detail)
    assert set(detail) == set(SCHEMA["required"]) == set(SCHEMA["properties"])
    assert detail["link"] == f"https://api.example/api/{task.task_id}"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_of_more_than_40_digits_is_not_in_the_event(sign: int) -> None:
    longest, longer = (number_task(result=result(sign * 10**digits - sign), **ENDED) for digits in (MAX_DIGITS, 41))
    assert task_finished(longest, "")["number"] == f"{sign * 10**MAX_DIGITS - sign}"
    assert task_finished(longer, "")["number"] is None
