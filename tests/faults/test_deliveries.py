"""A message delivered twice, late or out of order changes nothing after its task is final."""

from __future__ import annotations

from itertools import permutations

import pytest

from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.service.retry import retry_task
from chalicelib.store import table
from tests.faults.fault_injection import KILLED_AFTER
from tests.faults.faulty_aws import FaultyAws
from tests.support.builders import set_chunk_size, submit_list, submit_number
from tests.support.outcomes import (
    HARD_PRIME,
    LARGE_COMPOSITE,
    LARGE_PRIME,
    LONG_PRIME,
    MERSENNE_PRIME,
    ONE,
    PRIME,
    SQUARE,
    assert_list_finished,
    assert_number_finished,
    list_task,
    number_task,
)

LIST = [PRIME, ONE, SQUARE]


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every number of a list a chunk."""
    set_chunk_size(monkeypatch, 1)


def item_of(task_id: str) -> table.Item | None:
    """Return a task's item."""
    return table.get(task_id, table.TASK)


@pytest.mark.parametrize(
    "number",
    [PRIME, SQUARE, ONE, HARD_PRIME, LONG_PRIME, MERSENNE_PRIME, LARGE_PRIME, LARGE_COMPOSITE],
    ids=["prime", "square", "one", "hard", "long", "mersenne", "large-prime", "large"],
)
def test_a_duplicate_of_any_message_changes_no_final_task(aws_with_faults: FaultyAws, number: int) -> None:
    task_id = submit_number(number)
    delivered = []
    for queue in (Queue.TASKS, Queue.PROOFS, Queue.LONG_PROOFS):
        if records := aws_with_faults.receive(queue):
            assert aws_with_faults.deliver(queue, records) == []
            delivered.append((queue, records))
    assert_number_finished(task_id, number)
    item = item_of(task_id)
    for queue, records in delivered:
        assert aws_with_faults.deliver(queue, records) == []
        assert aws_with_faults.deliver(Queue.DEAD_LETTERS, records) == []
        assert item_of(task_id) == item
    aws_with_faults.drain()
    assert item_of(task_id) == item


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
def test_chunks_delivered_twice_in_any_order_are_counted_once(
    aws_with_faults: FaultyAws, order: tuple[int, ...]
) -> None:
    task_id = submit_list(LIST)
    records = aws_with_faults.receive(Queue.LISTS)
    for index in order:
        assert aws_with_faults.deliver(Queue.LISTS, [records[index], records[index]]) == []
        assert aws_with_faults.deliver(Queue.LISTS, [records[index]]) == []
    assert_list_finished(task_id, LIST)
    item = item_of(task_id)
    for record in records:
        aws_with_faults.deliver(Queue.LISTS, [record])
        aws_with_faults.deliver(Queue.DEAD_LETTERS, [record])
    assert item_of(task_id) == item


def test_a_late_message_does_not_start_a_finished_proof_again(aws_with_faults: FaultyAws) -> None:
    task_id = submit_number(HARD_PRIME)
    late = aws_with_faults.receive(Queue.TASKS)
    aws_with_faults.deliver(Queue.TASKS, late)
    aws_with_faults.deliver(Queue.PROOFS, aws_with_faults.receive(Queue.PROOFS))
    item = item_of(task_id)
    aws_with_faults.deliver(Queue.TASKS, late)
    assert item_of(task_id) == item
    assert aws_with_faults.receive(Queue.PROOFS) == []


@pytest.mark.parametrize("fails", [False, True], ids=["consumer", "dead-letters"])
def test_a_message_delivered_after_a_cancel_changes_nothing(aws_with_faults: FaultyAws, fails: bool) -> None:
    tasks = {Queue.TASKS: submit_number(PRIME), Queue.LISTS: submit_list(LIST)}
    records = {queue: aws_with_faults.receive(queue) for queue in tasks}
    for task_id in tasks.values():
        cancel_task(task_id)
    items = [item_of(task_id) for task_id in tasks.values()]
    for queue, received in records.items():
        assert aws_with_faults.deliver(Queue.DEAD_LETTERS if fails else queue, received) == []
    assert [item_of(task_id) for task_id in tasks.values()] == items


def test_a_failed_list_stays_failed_when_its_chunk_finishes_late(
    aws_with_faults: FaultyAws,
) -> None:
    task_id = submit_list(LIST)
    first, *others = aws_with_faults.receive(Queue.LISTS)
    aws_with_faults.deliver(Queue.DEAD_LETTERS, [first])
    failed = list_task(task_id)
    aws_with_faults.deliver(Queue.LISTS, [*others, first])
    late = list_task(task_id)
    assert failed.status == "FAILURE"
    assert late.status == "FAILURE"
    assert late.finished_at == failed.finished_at
    assert late.error == failed.error
    retry_task(task_id)
    aws_with_faults.drain()
    assert_list_finished(task_id, LIST)


def test_a_chunk_whose_consumer_is_killed_before_it_is_counted_can_be_retried(aws_with_faults: FaultyAws) -> None:
    task_id = submit_list([PRIME])
    records = aws_with_faults.receive(Queue.LISTS)
    # The first call reads the list, the second writes the results, the third counts them.
    with aws_with_faults.faults.injected(KILLED_AFTER, 1):
        assert aws_with_faults.deliver(Queue.LISTS, records)
    assert aws_with_faults.faults.operations == ["GetItem", "PutItem"]
    aws_with_faults.deliver(Queue.DEAD_LETTERS, records)
    assert list_task(task_id).status == "FAILURE"
    retry_task(task_id)
    aws_with_faults.drain()
    assert_list_finished(task_id, [PRIME])


def test_a_number_in_each_class_of_cost_is_finished_by_its_own_consumer(aws_with_faults: FaultyAws) -> None:
    paths = {
        PRIME: [Queue.TASKS],
        HARD_PRIME: [Queue.TASKS, Queue.PROOFS],
        LONG_PRIME: [Queue.TASKS, Queue.LONG_PROOFS],
        MERSENNE_PRIME: [Queue.TASKS, Queue.PROOFS],
        LARGE_PRIME: [Queue.TASKS, Queue.PROOFS, Queue.LONG_PROOFS],
        LARGE_COMPOSITE: [Queue.TASKS, Queue.LONG_PROOFS],
    }
    for number, path in paths.items():
        task_id = submit_number(number)
        seen = []
        while messages := aws_with_faults.sqs.messages:
            (queue,) = {message.queue for message in messages}
            seen.append(queue)
            assert aws_with_faults.deliver(queue, aws_with_faults.receive(queue)) == []
        assert seen == path, f"the number of {number.bit_length()} bits"
        assert number_task(task_id).status == "SUCCESS"
