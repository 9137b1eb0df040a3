"""What `POST /` takes, and what it says of what it does not take."""

from __future__ import annotations

import json

import pytest

from chalicelib.api import limits
from chalicelib.settings import settings
from chalicelib.tasks import queues, reading
from tests.aws import run_prover, run_worker
from tests.unit.api.conftest import Answer, Api


def assert_problem(answer: Answer, status: int) -> None:
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail"}
    assert answer.json["status"] == status
    assert answer.json["detail"]


def test_a_number_is_accepted_with_its_task_and_where_to_look(api: Api) -> None:
    answer = api.submit(11)
    assert answer.status == 202
    assert answer.json == {"status": "success", "task_id": answer.json["task_id"]}
    assert answer.headers["location"] == f"/{answer.json['task_id']}"
    assert answer.headers["retry-after"] == "1"
    run_worker()
    assert api.get(answer.headers["location"]).json["result"]["is_prime"] is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"11"', 11),
        ('"0x1f"', 31),
        ('"2^61-1"', 2**61 - 1),
        ('"13#-1"', 30029),
        ("-7", -7),
        ('"-7"', -7),
        ("18446744073709551557", 18446744073709551557),
        ("18446744073709551616", 2**64),
        ("9" * 5_000, 10**5_000 - 1),
    ],
    ids=[
        "decimal",
        "hexadecimal",
        "power",
        "primorial",
        "negative",
        "negative text",
        "64 bits",
        "65 bits",
        "5000 digits",
    ],
)
def test_a_number_is_taken_however_it_is_written(api: Api, text: str, value: int) -> None:
    answer = api.post(f'{{"number": {text}}}')
    assert answer.status == 202
    run_worker()
    run_prover()
    shown = api.get(f"/{answer.json['task_id']}").json["result"]["number"]
    if -(2**63) <= value < 2**64:
        assert shown == value
    elif value < 10**4_000:
        assert shown == str(value)
    else:
        assert (len(shown), set(shown)) == (5_000, {"9"})


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half an object"),
        pytest.param("[]", id="list"),
        pytest.param("null", id="null"),
        pytest.param('"11"', id="text"),
        pytest.param("{}", id="no field"),
        pytest.param('{"number": 1, "numbers": [1]}', id="both fields"),
        pytest.param('{"number": true}', id="bool"),
        pytest.param('{"number": null}', id="null number"),
        pytest.param('{"number": 1.5}', id="fraction"),
        pytest.param('{"number": 1.0}', id="whole float"),
        pytest.param('{"number": 1e3}', id="exponent"),
        pytest.param('{"number": 1e999}', id="infinite float"),
        pytest.param('{"number": NaN}', id="NaN"),
        pytest.param('{"number": -Infinity}', id="Infinity"),
        pytest.param('{"number": [11]}', id="list for a number"),
        pytest.param('{"number": {}}', id="object for a number"),
        pytest.param('{"number": ""}', id="empty text"),
        pytest.param('{"number": "abc"}', id="word"),
        pytest.param('{"number": "1.5"}', id="fraction text"),
        pytest.param('{"number": "1_000"}', id="underscore"),
        pytest.param('{"number": "\\uff11\\uff17"}', id="other digits"),
        pytest.param('{"number": "2^"}', id="half an expression"),
        pytest.param('{"number": "2^-1"}', id="no integer"),
        pytest.param('{"number": "__import__(\'os\')"}', id="code"),
        pytest.param('{"numbers": []}', id="empty list"),
        pytest.param('{"numbers": 11}', id="number for a list"),
        pytest.param('{"numbers": "11"}', id="text for a list"),
        pytest.param('{"numbers": [1, "2^3"]}', id="expression in a list"),
        pytest.param('{"numbers": [1, true]}', id="bool in a list"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"number": ' + "[" * 50_000, id="deep in a field"),
        pytest.param('{"number": "' + "(" * 10_000 + '1"}', id="deep expression"),
        pytest.param(b"\xff\xfe", id="no utf-8"),
        pytest.param('{"number": "\\ud800"}', id="lone surrogate"),
        pytest.param('{"number": "1\\u0000"}', id="null character"),
    ],
)
def test_bad_input_is_a_problem_and_queues_nothing(api: Api, body: str | bytes) -> None:
    assert_problem(api.post(body), 400)
    assert queues.counts(settings().tasks_queue_url).waiting == 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"number": ' + "9" * 10_001 + "}", id="one digit too many"),
        pytest.param('{"number": "' + "9" * 1_000_000 + '"}', id="a million digits"),
        pytest.param('{"number": "9^9^9^9"}', id="tower"),
        pytest.param('{"number": "99999999!"}', id="factorial"),
        pytest.param('{"numbers": [1, ' + "9" * 10_001 + "]}", id="in a list"),
        pytest.param(json.dumps({"numbers": [1] * (limits.LIST_NUMBERS + 1)}), id="too many numbers"),
        pytest.param('{"number": 1}' + " " * limits.BODY_BYTES, id="too many bytes"),
    ],
)
def test_what_is_over_a_limit_is_413(api: Api, body: str) -> None:
    assert_problem(api.post(body), 413)


def test_a_bad_item_of_a_list_is_named_by_its_index(api: Api) -> None:
    assert api.submit([1, 2, "x"]).json["detail"].startswith("numbers[2]: ")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]
)
def test_what_is_not_json_is_415(api: Api, content_type: str) -> None:
    assert_problem(api.post('{"number": 11}', content_type=content_type), 415)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json_however_it_is_named(api: Api, content_type: str) -> None:
    assert api.post('{"number": 11}', content_type=content_type).status == 202


def test_a_list_is_one_task(api: Api) -> None:
    answer = api.submit([7, "0x9", "10", 2**64])
    run_worker()
    task = api.get(f"/{answer.json['task_id']}").json
    assert task["status"] == "SUCCESS"
    address = f"/{answer.json['task_id']}/results"
    assert task["result"] == {"total": 4, "primes": 1, "composites": 3, "results": address}


class TestIdempotencyKey:
    """The same key with the same body is the same task."""

    def test_the_same_request_gives_the_same_task(self, api: Api) -> None:
        first, second = (api.submit(11, idempotency_key="k") for _ in range(2))
        assert first.status == second.status == 202
        assert first.json == second.json

    def test_the_same_numbers_written_otherwise_are_the_same_body(self, api: Api) -> None:
        assert api.submit(11, idempotency_key="k").json == api.submit("0xb", idempotency_key="k").json

    @pytest.mark.parametrize("other", [13, [11], [11, 13]], ids=["number", "list", "longer list"])
    def test_another_body_is_422(self, api: Api, other: object) -> None:
        api.submit(11, idempotency_key="k")
        assert_problem(api.submit(other, idempotency_key="k"), 422)

    def test_a_finished_task_is_not_done_again(self, api: Api) -> None:
        api.submit(11, idempotency_key="k")
        run_worker()
        answer = api.submit(11, idempotency_key="k")
        assert queues.counts(settings().tasks_queue_url).waiting == 0
        assert reading.find(answer.json["task_id"]).status == "SUCCESS"

    @pytest.mark.parametrize(
        "key", ["", "a b", "ä", "x" * 256, "a\tb"], ids=["empty", "space", "umlaut", "long", "tab"]
    )
    def test_a_key_that_cannot_be_is_400(self, api: Api, key: str) -> None:
        assert_problem(api.submit(11, idempotency_key=key), 400)


class TestPreferWait:
    """`Prefer: wait=N` holds the answer for the result."""

    def test_a_task_that_finishes_in_time_is_the_answer(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda _: run_worker())
        answer = api.submit(11, prefer="wait=10")
        assert (answer.status, answer.json["status"]) == (200, "SUCCESS")
        assert answer.headers["preference-applied"] == "wait=10"

    def test_one_that_does_not_is_accepted(self, api: Api) -> None:
        answer = api.submit(11, prefer="wait=0")
        assert (answer.status, answer.json["status"]) == (202, "success")

    def test_no_wait_is_longer_than_the_gateway_gives(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda _: run_worker())
        assert api.submit(11, prefer="wait=100000").headers["preference-applied"] == "wait=25"

    @pytest.mark.parametrize("prefer", ["", "respond-async", "wait", "wait=", "wait=-1", "wait=x", "await=1"])
    def test_what_is_no_wait_is_no_wait(self, api: Api, prefer: str) -> None:
        assert api.submit(11, prefer=prefer).status == 202
