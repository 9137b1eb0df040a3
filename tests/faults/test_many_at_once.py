"""Many consumers that have the same messages at the same time finish each task once."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from chalicelib.queues import Queue
from chalicelib.telemetry import Invocation
from tests.faults.faulty_aws import FaultyAws
from tests.support.aws import Record
from tests.support.builders import submit_list, submit_number
from tests.support.consumers import handle
from tests.support.outcomes import (
    HARD_PRIME,
    ONE,
    PRIME,
    SQUARE,
    assert_list_finished,
    assert_number_finished,
    number_task,
)

CONSUMERS = 4
LIST = [PRIME, ONE, SQUARE]


def consume_in_random_order(queue: Queue, records: list[Record], seed: int) -> dict[str, float]:
    """Run a consumer on all messages, ten at a time, in a random order; return the counts of its log lines."""
    shuffled = random.Random(seed).sample(records, len(records))
    counted: dict[str, float] = {}
    for first in range(0, len(shuffled), 10):
        invocation = Invocation("test")
        assert handle(queue, shuffled[first : first + 10], invocation) == {"batchItemFailures": []}
        for name, value in json.loads(invocation.line()).items():
            if name.startswith(("success_", "chunks")):
                counted[name] = counted.get(name, 0) + value
    return counted


def consume_in_parallel(queue: Queue, records: list[Record]) -> dict[str, float]:
    """Run several consumers on the same messages at once; return the counts of all log lines."""
    with ThreadPoolExecutor(CONSUMERS) as pool:
        counted = [*pool.map(partial(consume_in_random_order, queue, records), range(CONSUMERS))]
    return {name: sum(each.get(name, 0) for each in counted) for name in {name for each in counted for name in each}}


def test_of_many_consumers_with_the_same_messages_one_finishes_each_task(aws_with_faults: FaultyAws) -> None:
    sqs = aws_with_faults.sqs
    numbers = [PRIME, SQUARE, ONE, HARD_PRIME] * 10
    task_ids = [submit_number(number) for number in numbers]
    lists = [submit_list(LIST) for _ in range(10)]
    totals = consume_in_parallel(Queue.TASKS, sqs.receive(sqs.in_queue(Queue.TASKS)))
    assert totals == {"success_prime": 10, "success_composite": 10, "success_not_prime": 10}
    assert consume_in_parallel(Queue.LISTS, sqs.receive(sqs.in_queue(Queue.LISTS))) == {"chunks": 10}
    for task_id in lists:
        assert_list_finished(task_id, LIST)
    for task_id, number in zip(task_ids, numbers, strict=True):
        if number == HARD_PRIME:
            assert number_task(task_id).status == "STARTED"
            assert any(task_id in message.body for message in sqs.in_queue(Queue.PROOFS))
        else:
            assert_number_finished(task_id, number)
    proof = sqs.in_queue(Queue.PROOFS)[0]
    assert aws_with_faults.deliver(Queue.PROOFS, sqs.receive([proof])) == []
    assert_number_finished(json.loads(proof.body)["task_id"], HARD_PRIME)
