"""A cancelled list is not computed: each of its messages is dropped at its next delivery, without a screening."""

from __future__ import annotations

import pytest

from chalicelib.consumers import computing, list_worker
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.store import table
from tests.faults.faulty_aws import FaultyAws
from tests.support.builders import set_chunk_size, submit_list
from tests.support.outcomes import LARGE_COMPOSITE, MERSENNE_PRIME, ONE, PRIME, SQUARE


def test_one_delivery_deletes_each_message_of_a_cancelled_list(
    aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_chunk_size(monkeypatch, 1)
    # Numbers that are screened by the list worker, and numbers for the child process of the long list worker.
    task_id = submit_list([PRIME, ONE, SQUARE, MERSENNE_PRIME, LARGE_COMPOSITE] * 3)
    sqs = aws_with_faults.sqs
    aws_with_faults.deliver(Queue.LISTS, aws_with_faults.receive(Queue.LISTS, 3))
    assert {message.queue for message in sqs.messages} == {Queue.LISTS, Queue.LONG_LISTS}
    cancel_task(task_id)
    item = table.get(task_id, table.TASK)
    for module, name in ((list_worker, "screen_chunk"), (computing, "screen_in_child")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("a number is screened"))
    for queue in (Queue.LISTS, Queue.LONG_LISTS):
        aws_with_faults.deliver(queue, sqs.receive(sqs.in_queue(queue)))
    assert sqs.messages == []
    assert table.get(task_id, table.TASK) == item
