"""A cancelled list is not computed: each of its messages is dropped at its next delivery, without a screening."""

from __future__ import annotations

import pytest

from chalicelib.consumers import computing, list_worker
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.store import table
from tests.faults.fault_injection import THROTTLED
from tests.faults.faulty_aws import FaultyAws
from tests.support.builders import set_chunk_size, submit_list
from tests.support.outcomes import LARGE_COMPOSITE, MERSENNE_PRIME, ONE, PRIME, SQUARE, list_task

#: A number that is screened by the list worker, one for its child process, and one for the prover of long proofs.
LIST = [PRIME, ONE, SQUARE, MERSENNE_PRIME, LARGE_COMPOSITE] * 3


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every number of a list a chunk."""
    set_chunk_size(monkeypatch, 1)


def forbid_screening(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the screenings, and return a list of the names of those that are called."""
    started: list[str] = []
    for module, name in ((list_worker, "screen_chunk"), (computing, "screen_in_child")):
        monkeypatch.setattr(module, name, lambda *_, name=name: started.append(name))
    return started


def deliver_each_message_once(aws: FaultyAws) -> None:
    """Deliver every message that is in a queue now, whether it is visible or not."""
    for queue in Queue:
        messages = aws.sqs.in_queue(queue)
        for start in range(0, len(messages), 10):
            aws.deliver(queue, aws.sqs.receive(messages[start : start + 10]))


@pytest.mark.parametrize("finished", [0, 10], ids=["none-finished", "some-finished"])
def test_one_delivery_deletes_each_message_of_a_cancelled_list(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch, finished: int
) -> None:
    task_id = submit_list(LIST)
    if finished:
        aws_with_faults.deliver(Queue.LISTS, aws_with_faults.receive(Queue.LISTS, finished))
    assert {message.queue for message in aws_with_faults.sqs.messages} == {
        Queue.LISTS,
        *([Queue.LONG_PROOFS] if finished else []),
    }
    cancel_task(task_id)
    item = table.get(task_id, table.TASK)
    started = forbid_screening(monkeypatch)
    deliver_each_message_once(aws_with_faults)
    assert aws_with_faults.sqs.messages == []
    assert started == []
    assert table.get(task_id, table.TASK) == item
    assert list_task(task_id).status == "REVOKED"


def test_messages_of_a_cancelled_list_that_failed_before_are_dropped_too(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = submit_list(LIST[:1])
    with aws_with_faults.faults.injected(THROTTLED, 0):
        assert aws_with_faults.deliver(Queue.LISTS, aws_with_faults.receive(Queue.LISTS))
    cancel_task(task_id)
    started = forbid_screening(monkeypatch)
    deliver_each_message_once(aws_with_faults)
    assert aws_with_faults.sqs.messages == []
    assert started == []


def test_a_cancel_stops_only_its_own_list(aws_with_faults: FaultyAws) -> None:
    cancelled, other = submit_list(LIST[:3]), submit_list(LIST[:3])
    cancel_task(cancelled)
    aws_with_faults.deliver(Queue.LISTS, aws_with_faults.receive(Queue.LISTS))
    assert list_task(cancelled).status == "REVOKED"
    assert list_task(other).status == "SUCCESS"
