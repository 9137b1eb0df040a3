"""While two versions of the service run at the same time, no message of either is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.queues import MAX_RECEIVES, MAX_VISIBILITY_SECONDS, Queue
from chalicelib.tasks import messages
from tests.faults.faulty_aws import FaultyAws
from tests.faults.sqs_model import StoredMessage
from tests.support.builders import submit_list, submit_number
from tests.support.outcomes import (
    HARD_PRIME,
    PRIME,
    assert_list_finished,
    assert_number_finished,
    number_task,
)

NEWER = messages.VERSION + 1


def change_body(message: StoredMessage, **fields: Any) -> None:
    """Set fields of a message's body, as another version of the service writes it."""
    message.body = json.dumps(json.loads(message.body) | fields)


def submit_newer(aws: FaultyAws, number: int = PRIME) -> tuple[str, StoredMessage]:
    """Submit a number with the next version of the service and return its task's id and its message."""
    task_id = submit_number(number)
    message = aws.sqs.messages[-1]
    change_body(message, version=NEWER, priority="high")
    return task_id, message


def deploy_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn this process into the next version of the service."""
    monkeypatch.setattr(messages, "VERSION", NEWER)


@pytest.mark.parametrize("queue", [Queue.TASKS, Queue.PROOFS, Queue.LISTS])
def test_a_field_that_a_consumer_does_not_know_is_ignored(aws_with_faults: FaultyAws, queue: Queue) -> None:
    task_id = submit_list([PRIME]) if queue is Queue.LISTS else submit_number(HARD_PRIME)
    if queue is Queue.PROOFS:
        aws_with_faults.deliver(Queue.TASKS, aws_with_faults.receive(Queue.TASKS))
    (message,) = aws_with_faults.sqs.messages
    assert message.queue is queue
    change_body(message, priority="high", options={"certificate": False})
    aws_with_faults.drain()
    if queue is Queue.LISTS:
        assert_list_finished(task_id, [PRIME])
    else:
        assert_number_finished(task_id, HARD_PRIME)


@pytest.mark.parametrize("queue", [queue for queue in Queue if queue is not Queue.DEAD_LETTERS])
def test_a_message_of_a_newer_version_waits_until_a_newer_consumer_finishes_it(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, queue: Queue
) -> None:
    if queue is Queue.LISTS:
        task_id = submit_list([PRIME])
        message = aws_with_faults.sqs.messages[-1]
        change_body(message, version=NEWER)
    else:
        task_id, message = submit_newer(aws_with_faults)
        message.queue = queue
    delays = []
    for _ in range(MAX_RECEIVES - 1):
        aws_with_faults._handle(queue, aws_with_faults.sqs.receive([message]))
        delays.append(message.visible_at - aws_with_faults.sqs.now)
    assert message in aws_with_faults.sqs.messages
    assert delays == sorted(delays)
    assert delays[0] >= 2
    assert delays[-1] >= 128
    deploy_newer(monkeypatch)
    aws_with_faults.drain()
    if queue is Queue.LISTS:
        assert_list_finished(task_id, [PRIME])
    else:
        assert_number_finished(task_id, PRIME)


def test_a_message_of_a_newer_version_does_not_affect_the_rest_of_its_batch(aws_with_faults: FaultyAws) -> None:
    newer, _ = submit_newer(aws_with_faults)
    task_id = submit_number(PRIME)
    (again,) = aws_with_faults.deliver(Queue.TASKS, aws_with_faults.receive(Queue.TASKS))
    assert newer in again["body"]
    assert_number_finished(task_id, PRIME)
    assert number_task(newer).status == "PENDING"


def test_an_unreadable_message_stays_in_the_dead_letters(
    aws_with_faults: FaultyAws,
) -> None:
    task_id, message = submit_newer(aws_with_faults)
    aws_with_faults.drain()
    assert aws_with_faults.sqs.messages == [message]
    assert message.queue is Queue.DEAD_LETTERS
    before = message.receive_count
    for _ in range(3):
        aws_with_faults.sqs.now = message.visible_at
        aws_with_faults._handle(Queue.DEAD_LETTERS, aws_with_faults.receive(Queue.DEAD_LETTERS))
        assert message.visible_at - aws_with_faults.sqs.now == MAX_VISIBILITY_SECONDS == 12 * 3_600
    assert message.receive_count == before + 3
    assert aws_with_faults.sqs.messages == [message]
    assert number_task(task_id).status == "PENDING"


def test_a_newer_consumer_of_the_dead_letters_fails_the_task(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id, message = submit_newer(aws_with_faults)
    aws_with_faults.drain()
    deploy_newer(monkeypatch)
    aws_with_faults.sqs.now = message.visible_at
    aws_with_faults.drain()
    task = number_task(task_id)
    assert task.status == "FAILURE"
    assert task.error


@pytest.mark.parametrize(
    "body",
    ["", "not JSON", "[" * 10_000, "null", "[]", "{}", '{"version": 1}'],
    ids=["empty", "text", "deep", "null", "list", "object", "version-only"],
)
def test_a_message_that_is_not_of_this_service_is_never_deleted(aws_with_faults: FaultyAws, body: str) -> None:
    for queue in Queue:
        aws_with_faults.sqs.add(queue, body)
    task_id = submit_number(PRIME)
    aws_with_faults.drain()
    assert_number_finished(task_id, PRIME)
    assert [message.queue for message in aws_with_faults.sqs.messages] == [Queue.DEAD_LETTERS] * len(Queue)
