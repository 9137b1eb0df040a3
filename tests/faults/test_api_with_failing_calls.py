"""A fault at any call of the API is a 503 that claims no more than is known, or changes nothing for the client."""

from contextlib import suppress

import pytest

from chalicelib.aws import dynamodb
from chalicelib.queues import Queue
from chalicelib.service import final_tasks
from chalicelib.settings import settings
from tests.faults.fault_injection import DENIED, KILLED_AFTER, RESPONSE_LOST, THROTTLED, Fault, Killed
from tests.faults.faulty_aws import FaultyAws
from tests.support import tasks
from tests.support.api import Api, ApiResponse, assert_problem
from tests.support.consumers import redriven
from tests.support.tasks import PRIME, assert_finished, read_number, set_chunk_size

#: A list whose messages take two calls.
LIST = [PRIME, tasks.ONE, tasks.SQUARE] * 4

# To be killed after a call is to be killed before the next one.
each_fault_or_kill = pytest.mark.parametrize(
    "fault", [THROTTLED, RESPONSE_LOST, KILLED_AFTER], ids=lambda fault: fault.name
)
number_and_list = pytest.mark.parametrize("submitted", [PRIME, LIST], ids=["number", "list"])


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every number of a list a chunk."""
    set_chunk_size(monkeypatch, 1)


def assert_unavailable(response: ApiResponse, operations: list[str]) -> None:
    """Check that a response is a 503 that says when to send the request again."""
    assert response.status == 503, f"{response.text} after a fault at {operations}"
    assert_problem(response, 503)
    assert response.headers["retry-after"]


def accepted_tasks(aws: FaultyAws) -> int:
    """Return how many tasks there are once all messages were delivered.

    Each number has an item then. A list without messages, whose id no client knows, counts, too.
    """
    aws.drain()
    items = dynamodb().scan(TableName=settings().table_name)["Items"]
    return sum(item["part"]["N"] == "0" for item in items)


@pytest.mark.parametrize("path", ["/{task_id}", "/{task_id}/results", "/queue", "/health"])
def test_a_read_with_a_fault_is_503_and_can_be_sent_again(aws_with_faults: FaultyAws, api: Api, path: str) -> None:
    address = path.format(task_id=api.submit(LIST).json["task_id"])
    aws_with_faults.drain()
    for fails in aws_with_faults.faults.each_call(THROTTLED):
        final_tasks._tasks.clear()  # final tasks are kept
        with fails:
            response = api.get(address)
        if aws_with_faults.faults.is_reached:
            assert_unavailable(response, aws_with_faults.faults.operations)
        assert api.get(address).status == 200


@pytest.mark.parametrize("fault", [THROTTLED, RESPONSE_LOST], ids=lambda fault: fault.name)
@pytest.mark.parametrize("calls", [1, 99], ids=["one-call", "all-that-follow"])
@number_and_list
def test_a_503_says_that_nothing_was_accepted_only_where_that_is_true(
    aws_with_faults: FaultyAws, api: Api, submitted: int | list[int], calls: int, fault: Fault
) -> None:
    for fails in aws_with_faults.faults.each_call(fault, calls):
        before = accepted_tasks(aws_with_faults)
        with fails:
            response = api.submit(submitted)
        if not aws_with_faults.faults.is_reached:
            continue
        assert_unavailable(response, aws_with_faults.faults.operations)
        new_tasks = accepted_tasks(aws_with_faults) - before
        detail = response.json["detail"]
        if "Nothing was accepted" in detail:
            assert new_tasks == 0, f"{detail} after {fault.name} at {aws_with_faults.faults.operations}"
        else:
            assert "may have been accepted" in detail
            assert "Idempotency-Key" in detail
            assert new_tasks in {0, 1}
    assert response.status == 202


@pytest.mark.parametrize("fault", [THROTTLED, RESPONSE_LOST, DENIED], ids=lambda fault: fault.name)
@pytest.mark.parametrize("key", ["", "waits"], ids=["without-key", "with-key"])
@number_and_list
def test_a_wait_that_fails_after_the_task_was_accepted_is_202(
    aws_with_faults: FaultyAws, api: Api, submitted: int | list[int], key: str, fault: Fault
) -> None:
    headers = {"prefer": "wait=5"} | ({"idempotency_key": key} if key else {})
    faults = aws_with_faults.faults
    with faults.injected(THROTTLED, 99):
        api.submit(submitted, **headers | {"prefer": "wait=0"})
    writes = faults.operations.index("GetItem") if "GetItem" in faults.operations else len(faults.operations)
    with faults.injected(fault, writes, 99):
        response = api.submit(submitted, **headers)
    assert faults.operations[writes] == "GetItem"
    assert response.status == 202, response.text
    assert response.headers["location"] == f"/{response.json['task_id']}"
    aws_with_faults.drain()
    assert_finished(response.json["task_id"], submitted)


@each_fault_or_kill
@number_and_list
def test_the_same_idempotency_key_completes_what_a_fault_left_unfinished(
    aws_with_faults: FaultyAws, api: Api, submitted: int | list[int], fault: Fault
) -> None:
    for at, fails in enumerate(aws_with_faults.faults.each_call(fault)):
        key = f"key-{at}"
        with suppress(Killed), fails:
            response = api.submit(submitted, idempotency_key=key)
            if aws_with_faults.faults.is_reached:
                assert_unavailable(response, aws_with_faults.faults.operations)
                assert "Nothing was accepted" not in response.json["detail"]
        if at % 2:
            aws_with_faults.drain()  # the sent messages are processed before the client sends the request again
        first = api.submit(submitted, idempotency_key=key)
        assert first.status == 202
        assert api.submit(submitted, idempotency_key=key).json["task_id"] == first.json["task_id"]
        assert api.submit(4, idempotency_key=key).status == 422
        aws_with_faults.drain()
        assert_finished(first.json["task_id"], submitted)


def test_a_list_that_was_sent_in_part_is_completed_by_its_key_and_a_retry(aws_with_faults: FaultyAws, api: Api) -> None:
    with aws_with_faults.faults.injected(THROTTLED, 2):
        assert api.submit(LIST, idempotency_key="half").status == 503
    assert aws_with_faults.faults.operations == ["PutItem", *["SendMessageBatch"] * 2, "UpdateItem"]
    aws_with_faults.deliver(Queue.DEAD_LETTERS, redriven(aws_with_faults.receive(Queue.LISTS)))
    task_id = api.submit(LIST, idempotency_key="half").json["task_id"]
    assert api.get(f"/{task_id}").json["status"] == "FAILURE"
    assert api.send("POST", f"/{task_id}/retry").status == 202
    aws_with_faults.drain()
    assert_finished(task_id, LIST)


@each_fault_or_kill
@pytest.mark.parametrize("method", ["DELETE", "POST"], ids=["cancel", "retry"])
def test_a_cancel_or_retry_with_a_fault_can_be_sent_again(
    aws_with_faults: FaultyAws, api: Api, method: str, fault: Fault
) -> None:
    for fails in aws_with_faults.faults.each_call(fault):
        task_id = api.submit(PRIME).json["task_id"]
        path = f"/{task_id}" if method == "DELETE" else f"/{task_id}/retry"
        if method == "POST":
            aws_with_faults.deliver(Queue.DEAD_LETTERS, redriven(aws_with_faults.receive(Queue.TASKS)))
        with suppress(Killed), fails:
            response = api.send(method, path)
            if aws_with_faults.faults.is_reached:
                assert_unavailable(response, aws_with_faults.faults.operations)
        # 409 if the first one was carried out.
        assert api.send(method, path).status in {200, 202, 409}
        aws_with_faults.drain()
        assert read_number(task_id).status == ("REVOKED" if method == "DELETE" else "SUCCESS")


def test_a_short_throttle_is_not_visible_to_the_client(aws_with_faults: FaultyAws, api: Api) -> None:
    with aws_with_faults.faults.injected(THROTTLED, 0, attempts=1):
        assert api.submit(PRIME).status == 202
    assert aws_with_faults.faults.operations == ["SendMessage"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/{task_id}"), ("DELETE", "/{task_id}"), ("POST", "/{task_id}/retry"), ("POST", "/"), ("GET", "/queue")],
)
def test_a_refused_call_of_the_api_is_500_and_the_log_names_the_operation(
    aws_with_faults: FaultyAws, api: Api, method: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = api.submit(PRIME).json["task_id"]
    with aws_with_faults.faults.injected(DENIED, 0):
        response = api.submit(PRIME) if path == "/" else api.send(method, path.format(task_id=task_id))
    assert_problem(response, 500)
    assert "retry-after" not in response.headers
    operation = aws_with_faults.faults.operations[0]
    assert f"AccessDeniedException) when calling the {operation} operation" in caplog.text
    assert read_number(task_id).status == "PENDING"
