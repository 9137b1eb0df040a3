"""Whatever the API's call to AWS meets, the client hears 503 and can send the same again, or nothing was wrong."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from chalicelib.aws import dynamodb
from chalicelib.settings import settings
from chalicelib.tasks import chunks
from tests.aws import receive
from tests.faults.injection import FAULTS, KILLED_AFTER, KILLED_BEFORE, THROTTLED, Fault, Killed, Line
from tests.faults.world import ONE, PRIME, SQUARE, assert_list_right, assert_right, bury, drain, request, task_of

LIST = [PRIME, ONE, SQUARE] * 4
pytestmark = pytest.mark.usefixtures("short_chunks")


@pytest.fixture
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a list of twelve numbers two calls' worth of messages."""
    monkeypatch.setattr(chunks, "CHUNK_NUMBERS", 1)


def submitted(number: int = PRIME) -> str:
    """Return a new task's id."""
    task_id: str = request("POST", "/", {"number": number})[2]["task_id"]
    return task_id


def finished() -> str:
    """Return the id of a task that is SUCCESS."""
    task_id = submitted()
    drain()
    return task_id


def finished_list() -> str:
    """Return the id of a list that is SUCCESS."""
    task_id: str = request("POST", "/", {"numbers": LIST})[2]["task_id"]
    drain()
    return task_id


def failed() -> str:
    """Return the id of a task that is FAILURE."""
    task_id = submitted()
    bury(receive(settings().tasks_queue_url))
    return task_id


READS: dict[str, Callable[[], str]] = {
    "task": lambda: f"/{finished()}",
    "waiting-task": lambda: f"/{submitted()}",
    "results": lambda: f"/{finished_list()}/results",
    "queue": lambda: "/queue",
    "health": lambda: "/health",
}


def assert_unavailable(answer: tuple[int, Any, Any], made: list[str]) -> None:
    """Check that an answer is the problem 503 that says when to try again."""
    status, headers, body = answer
    assert (status, headers["Content-Type"]) == (503, "application/problem+json"), f"a fault at {made}"
    assert headers["Retry-After"]
    assert body["status"] == 503
    assert "try again" in body["detail"]


def accepted_tasks() -> int:
    """Return how many tasks have a record once all messages were delivered."""
    drain()
    items = dynamodb().scan(TableName=settings().table_name)["Items"]
    return sum(item["part"]["N"] == "0" for item in items)


@pytest.mark.parametrize("path", READS.values(), ids=READS.keys())
def test_a_read_is_answered_503_or_as_ever(line: Line, path: Callable[[], str]) -> None:
    where = path()
    for fault in FAULTS:
        for at in count():
            with line.broken(fault, at):
                answer = request("GET", where)
            if not line.broke:
                break
            assert_unavailable(answer, line.made)
            assert request("GET", where)[0] == 200
        assert at > 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("calls", [1, 99], ids=["one-call", "all-that-follow"])
@pytest.mark.parametrize("body", [{"number": PRIME}, {"numbers": LIST}], ids=["number", "list"])
def test_a_submission_answered_503_is_not_accepted(line: Line, body: dict[str, Any], calls: int, fault: Fault) -> None:
    for at in count():
        before = accepted_tasks()
        with line.broken(fault, at, calls):
            answer = request("POST", "/", body)
        if not line.broke:
            break
        assert_unavailable(answer, line.made)
        # An answer that was lost leaves a task that nobody has the id of, and so does a record that cannot be deleted.
        if not fault.applied and calls == 1:
            assert accepted_tasks() == before
    assert at > 0
    assert answer[0] == 202


@pytest.mark.parametrize("fault", [*FAULTS, KILLED_BEFORE, KILLED_AFTER], ids=lambda fault: fault.name)
@pytest.mark.parametrize("body", [{"number": PRIME}, {"numbers": LIST}], ids=["number", "list"])
def test_the_same_idempotency_key_sent_again_heals_what_a_fault_left_half_done(
    line: Line, body: dict[str, Any], fault: Fault
) -> None:
    for at in count():
        key = {"Idempotency-Key": f"key-{at}"}
        with line.broken(fault, at):
            try:
                answer = request("POST", "/", body, key)
                if line.broke:
                    assert_unavailable(answer, line.made)
            except Killed:
                pass
        broke = line.broke
        if at % 2:
            drain()  # what was sent of it is answered before the client tries again
        status, _, first = request("POST", "/", body, key)
        assert status == 202
        assert request("POST", "/", body, key)[2] == first
        assert request("POST", "/", {"number": 4}, key)[0] == 422
        drain()
        if "number" in body:
            assert_right(first["task_id"], PRIME)
        else:
            assert_list_right(first["task_id"], LIST)
        if not broke:
            break
    assert at > 1


def test_a_list_that_failed_before_all_of_it_was_sent_is_healed_by_its_key_and_a_retry(line: Line) -> None:
    body, key = {"numbers": LIST}, {"Idempotency-Key": "half"}
    with line.broken(THROTTLED, 2):
        assert request("POST", "/", body, key)[0] == 503
    assert line.made == ["PutItem", "SendMessageBatch", "SendMessageBatch"]
    bury(receive(settings().tasks_queue_url))
    status, _, answer = request("POST", "/", body, key)
    assert status == 202
    assert task_of(answer["task_id"]).status == "FAILURE"
    assert request("POST", f"/{answer['task_id']}/retry")[0] == 202
    drain()
    assert_list_right(answer["task_id"], LIST)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_cancel_answered_503_can_be_sent_again(line: Line, fault: Fault) -> None:
    for at in count():
        task_id = submitted()
        with line.broken(fault, at):
            answer = request("DELETE", f"/{task_id}")
        if not line.broke:
            break
        assert_unavailable(answer, line.made)
        # 409 where the first one was done and only its answer was lost.
        assert request("DELETE", f"/{task_id}")[0] in ({200, 409} if fault.applied else {200})
        drain()
        assert task_of(task_id).status == "REVOKED"
    assert at > 1


@pytest.mark.parametrize("fault", [*FAULTS, KILLED_BEFORE, KILLED_AFTER], ids=lambda fault: fault.name)
def test_a_retry_that_meets_a_fault_can_be_sent_again_and_ends_in_one_answer(line: Line, fault: Fault) -> None:
    for at in count():
        task_id = failed()
        with line.broken(fault, at):
            try:
                answer = request("POST", f"/{task_id}/retry")
                if line.broke:
                    assert_unavailable(answer, line.made)
            except Killed:
                pass
        broke = line.broke
        # 409 where the first one had come as far as its message.
        assert request("POST", f"/{task_id}/retry")[0] in {202, 409}
        drain()
        assert_right(task_id, PRIME)
        if not broke:
            break
    assert at > 2


def test_a_throttle_that_passes_is_not_seen(line: Line) -> None:
    with line.broken(THROTTLED, 0, attempts=1):
        assert request("POST", "/", {"number": PRIME})[0] == 202
    assert line.made == ["SendMessage"]
