import pytest

from chalicelib import clock, queues
from chalicelib.queues import Queue
from chalicelib.tasks import ids
from chalicelib.tasks.messages import decode
from tests.support.api import Api, assert_problem, invoke
from tests.support.aws import receive
from tests.support.consumers import run, run_all


def test_a_number_is_accepted_with_its_task_and_its_address(api: Api) -> None:
    response = api.submit(11)
    assert response.status == 202
    assert response.json == {"status": "success"} | {name: response.json[name] for name in ("task_id", "expected_at")}
    assert 0 < clock.seconds(response.json["expected_at"]) - ids.submitted_at(response.json["task_id"]) < 1
    assert response.headers["location"] == f"/{response.json['task_id']}"
    run_all()
    assert api.get(response.headers["location"]).json["result"]["is_prime"] is True


def test_the_message_of_a_number_is_in_the_group_of_the_api_key(aws: None) -> None:
    assert invoke("POST", "/", b'{"number": 11}', caller="key-1")["statusCode"] == 202
    (record,) = receive(Queue.TASKS)
    assert decode(record["body"]).caller == "key-1"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ('{"number": 1.5}', {}, 400),
        ('{"number": 11}', {"idempotency_key": "a b"}, 400),
        ('{"number": 9^9^9}', {}, 400),
        ('{"number": "9^9^9^9"}', {}, 413),
        ('{"number": 11}', {"content_type": "text/plain"}, 415),
    ],
)
def test_what_is_refused_is_a_problem_and_queues_nothing(
    api: Api, body: str, headers: dict[str, str], status: int
) -> None:
    assert_problem(api.post(body, **headers), status)
    assert queues.counts(Queue.TASKS).waiting == 0


def test_the_same_key_with_the_same_body_is_the_same_task(api: Api) -> None:
    first, second = api.submit(11, idempotency_key="k"), api.submit("0xb", idempotency_key="k")
    assert first.status == second.status == 202
    assert first.json["task_id"] == second.json["task_id"]
    assert_problem(api.submit([11], idempotency_key="k"), 422)


def test_a_task_that_finishes_in_the_wait_is_returned(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: run(Queue.TASKS))
    response = api.submit(11, prefer="wait=10")
    assert response.status == 200
    assert response.json["status"] == "SUCCESS"
    assert response.headers["preference-applied"] == "wait=10"
