"""What the age of a task changes: all of it expires at once, and a message that is too old changes nothing."""

import pytest

from chalicelib.errors import Conflict, NotFound
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.settings import settings
from chalicelib.tasks import lifetime
from chalicelib.tasks.status import Status
from tests.faults.faulty_aws import FaultyAws
from tests.support.tasks import (
    HARD_PRIME,
    PRIME,
    SQUARE,
    assert_finished,
    set_chunk_size,
    submit_keyed,
    submit_list,
    submit_number,
)

DAY_SECONDS = 86_400
NUMBERS = [PRIME, SQUARE, PRIME]


@pytest.fixture
def aws(aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch) -> FaultyAws:
    """Make every number of a list a chunk."""
    set_chunk_size(monkeypatch, 1)
    return aws_with_faults


def expires_at(task_id: str) -> int:
    return read_task(task_id).expires_at


def wait_until(aws: FaultyAws, seconds: float) -> None:
    aws.sqs.pass_time(seconds - aws.sqs.now)


@pytest.mark.parametrize("key", ["", "key"], ids=["without-key", "with-key"])
@pytest.mark.parametrize("is_list", [False, True], ids=["number", "list"])
def test_a_task_whose_message_must_be_gone_is_failure_until_it_expires(aws: FaultyAws, is_list: bool, key: str) -> None:
    if key:
        task_id = submit_keyed([PRIME], key, is_list=is_list)
    else:
        task_id = submit_list([PRIME]) if is_list else submit_number(PRIME)
    end = expires_at(task_id)
    wait_until(aws, end - lifetime.MESSAGES_END_BEFORE_SECONDS + 1)
    queue = Queue.LISTS if is_list else Queue.TASKS
    aws.deliver(queue, aws.receive(queue))
    assert aws.sqs.messages == [], "the consumer drops it"
    assert read_task(task_id).status is Status.PENDING
    for seconds in (lifetime.overdue_at(end), end - 1):
        wait_until(aws, seconds)
        task = read_task(task_id)
        assert (task.status, task.error) == (Status.FAILURE, lifetime.OVERDUE)
        with pytest.raises(Conflict, match="send the number or the list again"):
            retry_task(task_id)
    wait_until(aws, end)
    with pytest.raises(NotFound):
        read_task(task_id)


@pytest.mark.parametrize("queue", [Queue.PROOFS, Queue.DEAD_LETTERS])
def test_a_forwarded_message_that_outlives_the_first_one_changes_nothing(aws: FaultyAws, queue: Queue) -> None:
    task_id = submit_number(HARD_PRIME)
    end = expires_at(task_id)
    wait_until(aws, end - lifetime.MESSAGES_END_BEFORE_SECONDS - 60)
    aws.deliver(Queue.TASKS, aws.receive(Queue.TASKS))
    (forwarded,) = aws.sqs.in_queue(Queue.PROOFS)
    wait_until(aws, lifetime.overdue_at(end))
    assert aws.sqs.messages == [forwarded]
    failed = read_task(task_id)
    assert failed.error == lifetime.OVERDUE
    aws.deliver(queue, aws.sqs.receive([forwarded]))
    assert aws.sqs.messages == []
    assert read_task(task_id) == failed


@pytest.mark.parametrize("after", ["1", "14"])
def test_a_change_of_the_retention_changes_no_accepted_task(
    aws: FaultyAws, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    cancelled, waiting, listed = submit_number(PRIME), submit_number(SQUARE), submit_list(NUMBERS)
    end = expires_at(waiting)
    cancel_task(cancelled)
    monkeypatch.setenv("RETENTION_DAYS", after)
    settings.cache_clear()
    wait_until(aws, end - lifetime.MESSAGES_END_BEFORE_SECONDS - 60)
    assert [read_task(each).status for each in (cancelled, waiting)] == [Status.REVOKED, Status.PENDING]
    aws.drain()
    assert_finished(waiting, SQUARE)
    assert_finished(listed, NUMBERS)
    wait_until(aws, end)
    for each in (cancelled, waiting, listed):
        with pytest.raises(NotFound):
            read_task(each)
