"""What a consumer cannot do now is delivered again, and a message that it cannot read is never deleted."""

import json
from itertools import pairwise

import pytest

from chalicelib import queues
from chalicelib.consumers import worker
from chalicelib.consumers.outcomes import retry_delay
from chalicelib.queues import MAX_RECEIVES, Queue
from chalicelib.service import read
from chalicelib.store import transitions
from chalicelib.tasks.messages import decode
from chalicelib.telemetry import Invocation
from tests.support.aws import receive, record_of
from tests.support.consumers import handle
from tests.support.doubles import out_of_memory, spy, unavailable
from tests.support.tasks import submit_number

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize("queue", Queue)
def test_a_message_that_cannot_be_read_is_logged_and_delivered_again(queue: Queue) -> None:
    invocation = Invocation("test")
    record = record_of("not a message")
    response = handle(queue, [record], invocation)
    assert response == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
    line = json.loads(invocation.line())
    assert line["unreadable"] == 1
    assert line["unreadable_messages"][0]["message_id"] == record["messageId"]


def test_an_unreadable_dead_letter_stays_in_its_queue_for_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    handle(Queue.DEAD_LETTERS, [record_of("not a message")])
    assert hidden == [("set_visibility_timeout", Queue.DEAD_LETTERS, "none", queues.MAX_VISIBILITY_SECONDS)]


def test_the_delay_before_the_next_attempt_grows_and_after_the_last_there_is_none() -> None:
    delays = [retry_delay(attempt) for attempt in range(1, MAX_RECEIVES)]
    assert all(later > 3 * earlier for earlier, later in pairwise(delays))
    assert retry_delay(MAX_RECEIVES) == 0


def test_a_failed_attempt_hides_its_message_until_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "screen_thoroughly", out_of_memory)
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    submit_number(11)
    (record,) = receive(Queue.TASKS)
    handle(Queue.TASKS, [record])
    record["attributes"]["ApproximateReceiveCount"] = str(MAX_RECEIVES)
    handle(Queue.TASKS, [record])
    assert [call[-1] for call in hidden] == [pytest.approx(2, abs=0.5), 0]


def test_a_message_that_is_handed_back_keeps_its_attempts() -> None:
    task_id = submit_number(11)
    (record,) = receive(Queue.TASKS)
    record["attributes"]["ApproximateReceiveCount"] = "3"
    for _ in range(MAX_RECEIVES):  # a receive without an attempt uses none up
        assert handle(Queue.TASKS, [record], remaining_seconds=lambda: 1.0) == {"batchItemFailures": []}
        (record,) = receive(Queue.TASKS)
        assert decode(record["body"]).attempts == 2
    handle(Queue.TASKS, [record])
    assert read.read_task(task_id).attempts == 3


def test_an_attempt_whose_failure_cannot_be_written_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    invocation = Invocation("test")
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    monkeypatch.setattr(worker, "screen_thoroughly", out_of_memory)
    monkeypatch.setattr(transitions, "write_retry", unavailable)
    submit_number(11)
    (record,) = receive(Queue.TASKS)
    response = handle(Queue.TASKS, [record], invocation)
    assert response == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
    assert hidden == []
    assert len(json.loads(invocation.line())["errors"]) == 2
