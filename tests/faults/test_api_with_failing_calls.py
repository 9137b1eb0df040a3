"""A fault at any call of the API is a 503 that claims no more than is known, or changes nothing for the client."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.aws import dynamodb
from chalicelib.queues import Queue
from chalicelib.service import finished as finished_tasks
from chalicelib.settings import settings
from tests.faults.fault_injection import KILLED_AFTER, KILLED_BEFORE, THROTTLED, TRANSIENT_FAULTS, Fault, Killed
from tests.faults.faulty_aws import FaultyAws
from tests.support.api import Api, ApiResponse, assert_problem
from tests.support.builders import set_chunk_size
from tests.support.outcomes import (
    ONE,
    PRIME,
    SQUARE,
    assert_list_finished,
    assert_number_finished,
    list_task,
    number_task,
)

#: A list whose messages take two calls.
LIST = [PRIME, ONE, SQUARE] * 4

each_fault = pytest.mark.parametrize("fault", TRANSIENT_FAULTS, ids=lambda fault: fault.name)
each_fault_or_kill = pytest.mark.parametrize(
    "fault", [*TRANSIENT_FAULTS, KILLED_BEFORE, KILLED_AFTER], ids=lambda fault: fault.name
)
number_and_list = pytest.mark.parametrize("submitted", [PRIME, LIST], ids=["number", "list"])


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every number of a list a chunk."""
    set_chunk_size(monkeypatch, 1)


def pending(aws: FaultyAws, api: Api) -> str:
    """Return the id of a task that is PENDING."""
    task_id: str = api.submit(PRIME).json["task_id"]
    return task_id


def finished(aws: FaultyAws, api: Api, submitted: int | list[int] = PRIME) -> str:
    """Return the id of a task that is SUCCESS."""
    task_id: str = api.submit(submitted).json["task_id"]
    aws.drain()
    return task_id


def failed(aws: FaultyAws, api: Api) -> str:
    """Return the id of a task that is FAILURE."""
    task_id = pending(aws, api)
    aws.deliver(Queue.DEAD_LETTERS, aws.receive(Queue.TASKS))
    return task_id


READS: dict[str, Callable[[FaultyAws, Api], str]] = {
    "finished": lambda aws, api: f"/{finished(aws, api)}",
    "pending": lambda aws, api: f"/{pending(aws, api)}",
    "results": lambda aws, api: f"/{finished(aws, api, LIST)}/results",
    "queue": lambda *_: "/queue",
    "health": lambda *_: "/health",
}


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


@pytest.mark.parametrize("path", READS.values(), ids=READS.keys())
def test_a_read_with_a_fault_is_503_and_can_be_sent_again(
    aws_with_faults: FaultyAws, api: Api, path: Callable[[FaultyAws, Api], str]
) -> None:
    address = path(aws_with_faults, api)
    for fault in TRANSIENT_FAULTS:
        for at in count():
            finished_tasks._tasks.clear()  # finished tasks are cached
            with aws_with_faults.faults.injected(fault, at):
                response = api.get(address)
            if not aws_with_faults.faults.is_reached:
                break
            assert_unavailable(response, aws_with_faults.faults.operations)
            assert api.get(address).status == 200
        assert at > 0


@each_fault
@pytest.mark.parametrize("calls", [1, 99], ids=["one-call", "all-that-follow"])
@number_and_list
def test_a_503_says_that_nothing_was_accepted_only_where_that_is_true(
    aws_with_faults: FaultyAws, api: Api, submitted: int | list[int], calls: int, fault: Fault
) -> None:
    for at in count():
        before = accepted_tasks(aws_with_faults)
        with aws_with_faults.faults.injected(fault, at, calls):
            response = api.submit(submitted)
        if not aws_with_faults.faults.is_reached:
            break
        assert_unavailable(response, aws_with_faults.faults.operations)
        new_tasks = accepted_tasks(aws_with_faults) - before
        detail = response.json["detail"]
        if "Nothing was accepted" in detail:
            assert new_tasks == 0, f"{detail} after {fault.name} at {aws_with_faults.faults.operations}"
        else:
            assert "may have been accepted" in detail
            assert "Idempotency-Key" in detail
            assert new_tasks in {0, 1}
    assert at > 0
    assert response.status == 202


@each_fault
def test_a_list_of_which_a_part_was_sent_is_withdrawn_and_the_503_says_so(
    aws_with_faults: FaultyAws, api: Api, fault: Fault
) -> None:
    """The calls are PutItem, two times SendMessageBatch and DeleteItem."""
    with aws_with_faults.faults.injected(fault, 2):
        response = api.submit(LIST)
    assert aws_with_faults.faults.operations == ["PutItem", "SendMessageBatch", "SendMessageBatch", "DeleteItem"]
    assert_unavailable(response, aws_with_faults.faults.operations)
    assert "Nothing was accepted" in response.json["detail"]
    assert aws_with_faults.sqs.messages, "a part of the messages was sent"
    assert accepted_tasks(aws_with_faults) == 0


@each_fault
@pytest.mark.parametrize("key", ["", "waits"], ids=["without-key", "with-key"])
@number_and_list
def test_a_wait_that_fails_after_the_task_was_accepted_is_202(
    aws_with_faults: FaultyAws, api: Api, submitted: int | list[int], key: str, fault: Fault
) -> None:
    headers = {"prefer": "wait=5"} | ({"idempotency_key": key} if key else {})
    faults = aws_with_faults.faults
    reads_before = 0
    while True:
        with faults.injected(fault, reads_before, 99):
            response = api.submit(submitted, **headers)
        if faults.operations[reads_before] == "GetItem":
            break
        assert_unavailable(response, faults.operations)
        reads_before += 1
    assert response.status == 202, response.text
    task_id = response.json["task_id"]
    assert response.headers["location"] == f"/{task_id}"
    aws_with_faults.drain()
    if isinstance(submitted, list):
        assert_list_finished(task_id, submitted)
    else:
        assert_number_finished(task_id, submitted)


@each_fault_or_kill
@number_and_list
def test_the_same_idempotency_key_completes_what_a_fault_left_unfinished(
    aws_with_faults: FaultyAws, api: Api, submitted: int | list[int], fault: Fault
) -> None:
    for at in count():
        key = f"key-{at}"
        with aws_with_faults.faults.injected(fault, at):
            try:
                response = api.submit(submitted, idempotency_key=key)
                if aws_with_faults.faults.is_reached:
                    assert_unavailable(response, aws_with_faults.faults.operations)
                    assert "Nothing was accepted" not in response.json["detail"]
            except Killed:
                pass
        is_reached = aws_with_faults.faults.is_reached
        if at % 2:
            aws_with_faults.drain()  # the sent messages are processed before the client sends the request again
        first = api.submit(submitted, idempotency_key=key)
        assert first.status == 202
        assert api.submit(submitted, idempotency_key=key).json == first.json
        assert api.submit(4, idempotency_key=key).status == 422
        aws_with_faults.drain()
        if isinstance(submitted, list):
            assert_list_finished(first.json["task_id"], submitted)
        else:
            assert_number_finished(first.json["task_id"], submitted)
        if not is_reached:
            break
    assert at > 1


def test_a_list_that_was_sent_in_part_is_completed_by_its_key_and_a_retry(aws_with_faults: FaultyAws, api: Api) -> None:
    with aws_with_faults.faults.injected(THROTTLED, 2):
        assert api.submit(LIST, idempotency_key="half").status == 503
    assert aws_with_faults.faults.operations == ["PutItem", "SendMessageBatch", "SendMessageBatch"]
    aws_with_faults.deliver(Queue.DEAD_LETTERS, aws_with_faults.receive(Queue.LISTS))
    response = api.submit(LIST, idempotency_key="half")
    assert response.status == 202
    task_id = response.json["task_id"]
    assert list_task(task_id).status == "FAILURE"
    assert api.send("POST", f"/{task_id}/retry").status == 202
    aws_with_faults.drain()
    assert_list_finished(task_id, LIST)


@each_fault
def test_a_cancel_with_a_fault_can_be_sent_again(aws_with_faults: FaultyAws, api: Api, fault: Fault) -> None:
    for at in count():
        task_id = pending(aws_with_faults, api)
        with aws_with_faults.faults.injected(fault, at):
            response = api.send("DELETE", f"/{task_id}")
        if not aws_with_faults.faults.is_reached:
            break
        assert_unavailable(response, aws_with_faults.faults.operations)
        # 409 if the first cancel was carried out and only its response was lost.
        assert api.send("DELETE", f"/{task_id}").status in ({200, 409} if fault.is_applied else {200})
        aws_with_faults.drain()
        assert number_task(task_id).status == "REVOKED"
    assert at > 1


@each_fault_or_kill
def test_a_retry_with_a_fault_can_be_sent_again_and_finishes_the_task_once(
    aws_with_faults: FaultyAws, api: Api, fault: Fault
) -> None:
    for at in count():
        task_id = failed(aws_with_faults, api)
        with aws_with_faults.faults.injected(fault, at):
            try:
                response = api.send("POST", f"/{task_id}/retry")
                if aws_with_faults.faults.is_reached:
                    assert_unavailable(response, aws_with_faults.faults.operations)
            except Killed:
                pass
        is_reached = aws_with_faults.faults.is_reached
        # 409 if the first retry had sent its message.
        assert api.send("POST", f"/{task_id}/retry").status in {202, 409}
        aws_with_faults.drain()
        assert_number_finished(task_id, PRIME)
        if not is_reached:
            break
    assert at > 2


def test_a_short_throttle_is_not_visible_to_the_client(aws_with_faults: FaultyAws, api: Api) -> None:
    with aws_with_faults.faults.injected(THROTTLED, 0, attempts=1):
        assert api.submit(PRIME).status == 202
    assert aws_with_faults.faults.operations == ["SendMessage"]
