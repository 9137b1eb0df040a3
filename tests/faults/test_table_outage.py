"""While the table does not respond or refuses all calls, messages wait: their attempts are for their own faults."""

import pytest

from chalicelib.queues import MAX_RECEIVES, Queue
from chalicelib.service.read import read_task
from tests.faults.fault_injection import DENIED, RESPONSE_LOST, THROTTLED, Fault
from tests.faults.faulty_aws import FaultyAws
from tests.support.tasks import (
    PRIME,
    VERDICTS,
    assert_finished,
    set_chunk_size,
    submit_keyed,
    submit_list,
    submit_number,
)

#: One for each way through the queues.
NUMBERS = list(VERDICTS)
HOUR_SECONDS = 3_600


def submit_all() -> dict[str, int | list[int]]:
    """Submit a task for each way through the queues, and return the tasks."""
    tasks: dict[str, int | list[int]] = {submit_number(number): number for number in NUMBERS}
    return tasks | {submit_list(NUMBERS): NUMBERS, submit_keyed([PRIME], "key"): PRIME}


@pytest.mark.parametrize("fault", [THROTTLED, RESPONSE_LOST, DENIED], ids=lambda fault: fault.name)
def test_an_hour_in_which_the_table_refuses_every_call_fails_no_task(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    set_chunk_size(monkeypatch, 2)
    aws = aws_with_faults
    tasks = submit_all()
    for queue in (Queue.TASKS, Queue.LISTS):  # some of them wait for a prover
        aws.deliver(queue, aws.receive(queue))
    tasks |= submit_all()
    for message in aws.sqs.in_queue(Queue.TASKS):  # and some have one attempt left
        message.receive_count = MAX_RECEIVES - 1
    with aws.faults.outage(fault):
        aws.drain(HOUR_SECONDS)
        assert aws.sqs.in_queue(Queue.DEAD_LETTERS) == []
    assert (aws.metrics["faults"] > 0) == (fault is DENIED), "only a fault of the deploy is alarmed"
    assert aws.metrics["failure"] == 0
    aws.drain()
    for task_id, submitted in tasks.items():
        assert_finished(task_id, submitted)
        assert read_task(task_id).attempts <= MAX_RECEIVES
