"""What `POST /` accepts, and how it refuses the rest."""

from __future__ import annotations

import json

import pytest
from chalice.local import LambdaContext, LambdaEventConverter, RouteMatcher

from app import app
from chalicelib import queues
from chalicelib.api import limits
from chalicelib.errors import Unavailable
from chalicelib.queues import Queue
from chalicelib.service import read
from chalicelib.store import tasks as store
from chalicelib.tasks.messages import decode
from chalicelib.tasks.status import Status
from tests.support.api import Api, assert_problem
from tests.support.aws import receive
from tests.support.consumers import run, run_all


def test_a_number_is_accepted_with_its_task_and_its_address(api: Api) -> None:
    response = api.submit(11)
    assert response.status == 202
    assert response.json == {"status": "success", "task_id": response.json["task_id"]}
    assert response.headers["location"] == f"/{response.json['task_id']}"
    assert response.headers["retry-after"] == "1"
    run_all()
    assert api.get(response.headers["location"]).json["result"]["is_prime"] is True


def test_the_message_of_a_number_is_in_the_group_of_the_api_key(aws: None) -> None:
    events = LambdaEventConverter(RouteMatcher(list(app.routes)))
    event = events.create_lambda_event("POST", "/", {"content-type": "application/json"}, b'{"number": 11}')
    event["requestContext"]["identity"]["apiKeyId"] = "key-1"
    assert app(event, LambdaContext("api_handler", 128))["statusCode"] == 202
    (record,) = receive(Queue.TASKS)
    assert decode(record["body"]).caller == "key-1"


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
def test_a_number_is_accepted_in_every_notation(api: Api, text: str, value: int) -> None:
    response = api.post(f'{{"number": {text}}}')
    assert response.status == 202
    run_all()
    shown = api.get(f"/{response.json['task_id']}").json["result"]["number"]
    if -(2**63) <= value < 2**64:
        assert shown == value
    elif value < 10**4_000:
        assert shown == str(value)
    else:
        assert len(shown) == 5_000
        assert set(shown) == {"9"}


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
        pytest.param('{"numbers": [1, "2^"]}', id="half an expression in a list"),
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
    assert queues.counts(Queue.TASKS).waiting == 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"number": ' + "9" * 10_001 + "}", id="one digit too many"),
        pytest.param('{"number": "' + "9" * 1_000_000 + '"}', id="a million digits"),
        pytest.param('{"number": "9^9^9^9"}', id="tower"),
        pytest.param('{"number": "99999999!"}', id="factorial"),
        pytest.param('{"numbers": [1, ' + "9" * 10_001 + "]}", id="in a list"),
        pytest.param(json.dumps({"numbers": [1] * (limits.MAX_LIST_NUMBERS + 1)}), id="too many numbers"),
        pytest.param('{"number": 1}' + " " * limits.MAX_BODY_BYTES, id="too many bytes"),
    ],
)
def test_a_request_over_a_limit_is_413(api: Api, body: str) -> None:
    assert_problem(api.post(body), 413)


def test_a_bad_item_of_a_list_is_named_by_its_index(api: Api) -> None:
    assert api.submit([1, 2, "x"]).json["detail"].startswith("numbers[2]: ")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]
)
def test_a_body_that_is_not_json_is_415(api: Api, content_type: str) -> None:
    assert_problem(api.post('{"number": 11}', content_type=content_type), 415)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_accepted_with_parameters_and_in_any_case(api: Api, content_type: str) -> None:
    assert api.post('{"number": 11}', content_type=content_type).status == 202


def test_a_list_is_one_task(api: Api) -> None:
    response = api.submit([7, "0x9", "10", 2**64])
    run_all()
    task = api.get(f"/{response.json['task_id']}").json
    assert task["status"] == "SUCCESS"
    address = f"/{response.json['task_id']}/results"
    assert task["result"] == {"total": 4, "primes": 1, "composites": 3, "results": address}


class TestIdempotencyKey:
    """The same key with the same body is the same task."""

    def test_the_same_request_gives_the_same_task(self, api: Api) -> None:
        first, second = (api.submit(11, idempotency_key="k") for _ in range(2))
        assert first.status == second.status == 202
        assert first.json == second.json

    def test_the_same_numbers_in_another_notation_are_the_same_body(self, api: Api) -> None:
        assert api.submit(11, idempotency_key="k").json == api.submit("0xb", idempotency_key="k").json

    @pytest.mark.parametrize("other", [13, [11], [11, 13]], ids=["number", "list", "longer list"])
    def test_another_body_is_422(self, api: Api, other: object) -> None:
        api.submit(11, idempotency_key="k")
        assert_problem(api.submit(other, idempotency_key="k"), 422)

    def test_a_finished_task_is_not_queued_again(self, api: Api) -> None:
        api.submit(11, idempotency_key="k")
        run_all()
        response = api.submit(11, idempotency_key="k")
        assert queues.counts(Queue.TASKS).waiting == 0
        assert read.read_task(response.json["task_id"]).status is Status.SUCCESS

    @pytest.mark.parametrize(
        "key", ["", "a b", "ä", "x" * 256, "a\tb"], ids=["empty", "space", "umlaut", "long", "tab"]
    )
    def test_an_invalid_key_is_400(self, api: Api, key: str) -> None:
        assert_problem(api.submit(11, idempotency_key=key), 400)


class TestPreferWait:
    """`Prefer: wait=N` delays the response until the task is final."""

    def test_a_task_that_finishes_in_time_is_returned(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda _: run(Queue.TASKS))
        response = api.submit(11, prefer="wait=10")
        assert response.status == 200
        assert response.json["status"] == "SUCCESS"
        assert response.headers["preference-applied"] == "wait=10"

    def test_a_task_that_does_not_is_accepted(self, api: Api) -> None:
        response = api.submit(11, prefer="wait=0")
        assert response.status == 202
        assert response.json["status"] == "success"

    def test_a_wait_is_limited_to_what_the_gateway_allows(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda _: run(Queue.TASKS))
        assert api.submit(11, prefer="wait=100000").headers["preference-applied"] == "wait=25"

    @pytest.mark.parametrize("prefer", ["", "respond-async", "wait", "wait=", "wait=-1", "wait=x", "await=1"])
    def test_a_preference_that_is_not_a_wait_is_ignored(self, api: Api, prefer: str) -> None:
        assert api.submit(11, prefer=prefer).status == 202

    def test_a_wait_that_fails_after_the_submit_is_202(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        def unavailable(_: str) -> None:
            raise Unavailable("The table does not respond.")

        monkeypatch.setattr(store, "read", unavailable)
        response = api.submit(11, prefer="wait=10")
        assert response.status == 202
        assert response.json["status"] == "success"
        assert queues.counts(Queue.TASKS).waiting == 1


def test_a_queue_that_does_not_respond_is_503_and_does_not_deny_that_the_request_was_accepted(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable("The queue does not respond (ReadTimeoutError).")

    monkeypatch.setattr(queues, "send", unavailable)
    response = api.submit(11)
    assert_problem(response, 503)
    assert response.headers["retry-after"] == "1"
    assert "may have been accepted" in response.json["detail"]
