"""A call that AWS refuses affects the message that it is for, and no other message of the batch."""

from __future__ import annotations

from itertools import count

import pytest

from chalicelib.consumers import worker
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen_thoroughly
from chalicelib.queues import Queue
from tests.faults.fault_injection import DENIED
from tests.faults.faulty_aws import FaultyAws
from tests.support.api import Api, assert_problem
from tests.support.builders import submit_list, submit_number
from tests.support.outcomes import (
    HARD_PRIME,
    PRIME,
    SQUARE,
    assert_list_finished,
    assert_number_finished,
    number_task,
)


def fail_on_squares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the worker fail on one number."""

    def screen(number: int) -> Result:
        if number == SQUARE:
            raise MemoryError("no memory left")
        return screen_thoroughly(number)

    monkeypatch.setattr(worker, "screen_thoroughly", screen)


@pytest.mark.parametrize("refused", ["UpdateItem", "ChangeMessageVisibility"])
def test_a_retry_that_cannot_be_scheduled_does_not_fail_the_rest_of_the_batch(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    fail_on_squares(monkeypatch)
    failing, good = submit_number(SQUARE), submit_number(PRIME)
    records = aws_with_faults.receive(Queue.TASKS)
    at = ["UpdateItem", "ChangeMessageVisibility"].index(refused)
    with aws_with_faults.faults.injected(DENIED, at):
        (failed,) = aws_with_faults.deliver(Queue.TASKS, records)
    assert aws_with_faults.faults.operations[at] == refused
    assert failing in failed["body"]
    assert_number_finished(good, PRIME)


def test_a_proof_goes_on_when_its_message_was_deleted_meanwhile(aws_with_faults: FaultyAws) -> None:
    task_id = submit_number(HARD_PRIME)
    aws_with_faults.deliver(Queue.TASKS, aws_with_faults.receive(Queue.TASKS))
    records = aws_with_faults.receive(Queue.PROOFS)
    aws_with_faults.sqs.delete({record["messageId"] for record in records})
    assert aws_with_faults.deliver(Queue.PROOFS, records) == []
    assert_number_finished(task_id, HARD_PRIME)


@pytest.mark.parametrize("queue", [Queue.TASKS, Queue.LISTS, Queue.DEAD_LETTERS])
def test_a_consumer_whose_calls_are_refused_loses_nothing(aws_with_faults: FaultyAws, api: Api, queue: Queue) -> None:
    for at in count():
        number, numbers = submit_number(PRIME), submit_list([PRIME, SQUARE])
        records = [record for each in (Queue.TASKS, Queue.LISTS) for record in aws_with_faults.receive(each)]
        if queue is not Queue.DEAD_LETTERS:
            records = [record for record in records if ('"numbers"' in record["body"]) == (queue is Queue.LISTS)]
        with aws_with_faults.faults.injected(DENIED, at):
            aws_with_faults.deliver(queue, records)
        is_reached = aws_with_faults.faults.is_reached
        for path in (f"/{number}/retry", f"/{numbers}/retry"):
            assert api.send("POST", path).status in {202, 409}
        aws_with_faults.drain()
        assert_number_finished(number, PRIME)
        assert_list_finished(numbers, [PRIME, SQUARE])
        if not is_reached:
            break
    assert at > 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/{task_id}"),
        ("GET", "/{task_id}/results"),
        ("GET", "/{task_id}/certificate"),
        ("DELETE", "/{task_id}"),
        ("POST", "/{task_id}/retry"),
        ("POST", "/"),
        ("GET", "/queue"),
        ("GET", "/health"),
    ],
    ids=str,
)
def test_a_refused_call_of_the_api_is_500_and_the_log_names_the_operation(
    aws_with_faults: FaultyAws, api: Api, method: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = submit_number(PRIME)
    with aws_with_faults.faults.injected(DENIED, 0):
        response = api.submit(PRIME) if path == "/" else api.send(method, path.format(task_id=task_id))
    operation = aws_with_faults.faults.operations[0]
    assert_problem(response, 500)
    assert "retry-after" not in response.headers
    assert f"AccessDeniedException) when calling the {operation} operation" in caplog.text
    assert number_task(task_id).status == "PENDING"


def test_a_wait_whose_read_is_refused_after_the_task_was_accepted_is_202_and_logged(
    aws_with_faults: FaultyAws, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    with aws_with_faults.faults.injected(DENIED, 1):
        response = api.submit(PRIME, prefer="wait=1")
    assert response.status == 202
    assert aws_with_faults.faults.operations == ["SendMessage", "GetItem"]
    assert "AccessDeniedException) when calling the GetItem operation" in caplog.text
    aws_with_faults.drain()
    assert_number_finished(response.json["task_id"], PRIME)
