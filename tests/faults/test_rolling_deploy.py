"""While two versions of the service run at the same time, no message of the newer one is lost."""

import json

import pytest

from chalicelib.queues import MAX_RECEIVES, Queue
from chalicelib.tasks import messages
from tests.faults.faulty_aws import FaultyAws
from tests.faults.sqs_model import StoredMessage
from tests.support.tasks import PRIME, assert_finished, read_number, submit_number

NEWER = messages.VERSIONS[-1] + 1


@pytest.fixture
def newer(aws_with_faults: FaultyAws) -> tuple[str, StoredMessage]:
    """Submit a number with the next version of the service; return its task's id and its message."""
    task_id = submit_number(PRIME)
    (message,) = aws_with_faults.sqs.messages
    message.body = json.dumps(json.loads(message.body) | {"version": NEWER, "priority": "high"})
    return task_id, message


def test_a_message_of_a_newer_version_waits_until_a_newer_consumer_finishes_it(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, newer: tuple[str, StoredMessage]
) -> None:
    task_id, message = newer
    other = submit_number(PRIME)
    delays = []
    for _ in range(MAX_RECEIVES - 1):
        aws_with_faults.handle(Queue.TASKS, aws_with_faults.receive(Queue.TASKS))
        delays.append(round(message.visible_at - aws_with_faults.sqs.now))
        aws_with_faults.sqs.pass_time(message.visible_at - aws_with_faults.sqs.now)
    assert_finished(other, PRIME)  # the rest of its batch
    assert delays == sorted(delays)
    assert delays[0] >= 2
    assert delays[-1] >= 128
    monkeypatch.setattr(messages, "VERSIONS", (*messages.VERSIONS, NEWER))
    aws_with_faults.drain()
    assert_finished(task_id, PRIME)


def test_a_dead_letter_of_a_newer_version_is_finished_once_a_consumer_can_read_it(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, newer: tuple[str, StoredMessage]
) -> None:
    task_id, message = newer
    aws_with_faults.drain()
    assert aws_with_faults.sqs.messages == [message]
    assert message.queue is Queue.DEAD_LETTERS
    assert read_number(task_id).status == "PENDING"
    monkeypatch.setattr(messages, "VERSIONS", (*messages.VERSIONS, NEWER))
    aws_with_faults.sqs.pass_time(message.visible_at - aws_with_faults.sqs.now)
    aws_with_faults.drain()
    assert_finished(task_id, PRIME)
