import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.api import responses
from chalicelib.primality.direction import Direction
from chalicelib.primality.progress import Elapsed, Steps
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.queues import Counts, Queue
from chalicelib.service.monitor import QueueState
from chalicelib.store.history import History
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListResult, NumberTask
from tests.support.api import fits
from tests.support.doubles import set_clock
from tests.support.tasks import list_task, number_task

OPEN = [Status.PENDING, Status.STARTED, Status.RETRY]
FINAL = [Status.SUCCESS, Status.FAILURE, Status.REVOKED]


def tag_of(task: NumberTask) -> str:
    return str(responses.task_response(task, "").headers["ETag"])


def test_an_accepted_task_has_its_address_below_the_stage_and_when_to_read_it() -> None:
    response = responses.accepted("the-id", "/api", None)
    assert response.status_code == 202
    assert response.headers["Location"] == "/api/the-id"
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("seconds", "again"), [(-5, 1), (0.03, 1), (8.2, 9), (59.5, 60), (86_400, 60)])
def test_a_client_is_told_to_come_again_when_the_result_is_expected(
    monkeypatch: pytest.MonkeyPatch, seconds: float, again: int
) -> None:
    now = set_clock(monkeypatch, 1_800_000_000.0).seconds
    assert responses.accepted("the-id", "", now + seconds).headers["Retry-After"] == str(again)
    task = number_task(submitted_at=clock.rfc3339(now), expected_at=clock.rfc3339(now + max(seconds, 0.5)))
    assert responses.task_response(task, "").headers["Retry-After"] == str(again)


@pytest.mark.parametrize("status", OPEN)
def test_an_open_task_is_not_stored_and_says_when_to_read_it_again(status: Status) -> None:
    response = responses.task_response(number_task(status=status), "")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Retry-After"] == "1"
    assert "ETag" not in response.headers
    assert responses.task_response(number_task(status=status), "", if_none_match="*").status_code == 200


@pytest.mark.parametrize("status", FINAL)
def test_a_client_is_told_to_ask_again_only_for_a_final_task_that_can_change(status: Status) -> None:
    headers = responses.task_response(number_task(status=status, expires_at=4_000_000_000), "").headers
    assert headers["Cache-Control"] == ("private, no-cache" if status is Status.FAILURE else "private, max-age=3600")
    assert "Retry-After" not in headers


def test_a_client_keeps_no_final_task_longer_than_the_service_does(monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(set_clock(monkeypatch, 1_800_000_000.0).seconds)
    headers = responses.task_response(number_task(status=Status.SUCCESS, expires_at=now + 60), "").headers
    assert headers["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize("form", ["{}", '"other", {}', "W/{}", "*", " * "])
def test_a_client_that_has_a_final_task_gets_no_body(form: str) -> None:
    task = number_task(status=Status.SUCCESS)
    response = responses.task_response(task, "", if_none_match=form.format(tag_of(task)))
    assert response.status_code == 304
    assert response.body == ""
    assert response.headers["ETag"] == tag_of(task)


@given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
def test_tasks_that_differ_have_tags_that_differ(errors: list[str]) -> None:
    first, second = (number_task(task_id="one", status=Status.FAILURE, error=error) for error in errors)
    assert tag_of(first) != tag_of(second)
    assert responses.task_response(second, "", if_none_match=tag_of(first)).status_code == 200


@pytest.mark.parametrize("status", [*OPEN, *FINAL])
@pytest.mark.parametrize("waited", [0, 25])
def test_a_wait_that_was_applied_is_told(status: Status, waited: int) -> None:
    task = number_task(status=status)
    assert responses.task_response(task, "", waited=waited).headers["Preference-Applied"] == f"wait={waited}"
    assert "Preference-Applied" not in responses.task_response(task, "").headers


sizes = st.sampled_from([0, 2**53, 2**64, -(2**53), -(2**63)]).flatmap(lambda n: st.integers(n - 1, n + 1))


@given(st.integers() | sizes)
def test_a_task_has_its_number_as_an_integer_of_up_to_64_bits_and_as_text(number: int) -> None:
    shown = responses.task_json(number_task(result=Result(number, Verdict.COMPOSITE, "")), "")["result"]
    assert isinstance(shown["number"], int) == (-(2**63) <= number < 2**64)
    assert int(shown["number"]) == int(shown["number_text"]) == number


@given(st.integers() | sizes)
def test_a_list_has_an_integer_where_every_parser_reads_it_exactly(number: int) -> None:
    shown = responses.list_result_json(ListResult(0, Result(number, Verdict.COMPOSITE, "")))["number"]
    assert isinstance(shown, int) == (abs(number) < 2**53)
    assert int(shown) == number


@pytest.mark.parametrize(
    ("witness", "shown"),
    [
        (None, None),
        (Witness(factor=10**5_000), {"factor": "1" + "0" * 5_000}),
        (Witness(base=2), {"base": "2", "kind": "strong"}),
    ],
    ids=["none", "factor", "base"],
)
def test_a_witness_is_a_factor_or_a_base_in_digits(witness: Witness | None, shown: dict[str, str] | None) -> None:
    entry = ListResult(0, Result(91, Verdict.COMPOSITE, witness=witness))
    assert responses.list_result_json(entry)["witness"] == shown


@pytest.mark.parametrize("has_certificate", [True, False])
def test_a_certificate_has_an_address_only_where_there_is_one(has_certificate: bool) -> None:
    task = number_task(task_id="one", result=Result(11, Verdict.PRIME, has_certificate=has_certificate))
    shown = responses.task_json(task, "/api")["result"]["certificate"]
    assert shown == ("/api/one/certificate" if has_certificate else None)


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (None, None),
        (Steps(3, 10), {"done": 3, "total": 10, "unit": "iterations"}),
        (Elapsed("proving", 4.5), {"phase": "proving", "seconds": 4.5}),
    ],
    ids=["none", "steps", "time"],
)
def test_a_number_shows_the_progress_of_its_computation(progress: Steps | Elapsed | None, shown: Any) -> None:
    assert responses.task_json(number_task(status=Status.STARTED, progress=progress), "")["progress"] == shown


@given(st.integers(0, 3))
def test_a_list_has_a_summary_from_its_first_finished_chunk_on(remaining: int) -> None:
    task = list_task(
        task_id="one", status=Status.STARTED, remaining=remaining, primes=4, probable_primes=1, composites=2
    )
    summary = {"total": 10, "primes": 4, "probable_primes": 1, "composites": 2, "results": "/api/one/results"}
    assert responses.task_json(task, "/api")["result"] == (None if remaining == 3 else summary)


@pytest.mark.parametrize("status", [*OPEN, *FINAL])
def test_a_list_shows_its_finished_chunks_while_it_runs(status: Status) -> None:
    shown = responses.task_json(list_task(status=status, remaining=1), "")["progress"]
    runs = status in {Status.STARTED, Status.RETRY}
    assert shown == ({"done": 2, "total": 3, "unit": "chunks"} if runs else None)


def test_a_queue_has_its_counts_and_its_waits_where_they_are_known() -> None:
    counts = Counts(waiting=3, in_flight=2, delayed=1)
    known, unknown = QueueState(counts, 40, 12.345, 9.06), QueueState(counts, None, None, None)
    shown = responses.queue_json({Queue.TASKS: known, Queue.LISTS: unknown}, History(0, {}), [], None)["queues"]
    common = {"waiting": 3, "in_flight": 2, "delayed": 1}
    assert shown["tasks"] == common | {"slots": 40, "expected_seconds": 12.3, "oldest_seconds": 9.1}
    assert shown["lists"] == common | {"slots": None, "expected_seconds": None, "oldest_seconds": None}


def test_a_json_response_is_not_stored_unless_it_says_so() -> None:
    response = responses.json_response({"a": "ä"})
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(response.body) == {"a": "ä"}
    kept = responses.json_response({}, {"Cache-Control": "public"})
    assert kept.headers["Cache-Control"] == "public"


@pytest.mark.parametrize(
    ("expression", "of", "shown"), [("10^9", 10**9, "10^9+7"), ("10^9+9", 10**9 + 9, "10^9+9-2"), (None, 10**9, None)]
)
def test_a_prime_that_was_searched_for_has_an_expression_of_its_own(
    expression: str | None, of: int, shown: str | None
) -> None:
    result = Result(10**9 + 7, Verdict.PRIME, "Baillie-PSW below 2^64")
    task = number_task(status=Status.SUCCESS, result=result, expression=expression, find=Direction.NEXT, of=of)
    found = responses.task_json(task, "")["result"]
    assert (found["number"], found["of"], found["distance"]) == (10**9 + 7, of, abs(10**9 + 7 - of))
    assert found["expression"] == shown
    assert fits("NumberResult", found)
