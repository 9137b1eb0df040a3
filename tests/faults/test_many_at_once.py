"""Many workers with the same messages at the same time finish each task once."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.tasks import submit, worker
from chalicelib.telemetry import Invocation
from tests.aws import Record
from tests.faults.injection import Line
from tests.faults.network import PROOFS, TASKS, Network
from tests.faults.world import HARD_PRIME, ONE, PRIME, SQUARE, assert_list_right, assert_right, prove, task_of

pytestmark = pytest.mark.emulator

WORKERS = 4
LIST = [PRIME, ONE, SQUARE]


def in_batches(records: list[Record], seed: int) -> dict[str, float]:
    """Work through all messages in an order of one's own; return what the log's lines count."""
    shuffled = random.Random(seed).sample(records, len(records))
    counted: dict[str, float] = {}
    for first in range(0, len(shuffled), 10):
        invocation = Invocation("test")
        assert worker.work(shuffled[first : first + 10], invocation) == {"batchItemFailures": []}
        for name, value in json.loads(invocation.line()).items():
            if name.startswith(("success_", "chunks")):
                counted[name] = counted.get(name, 0) + value
    return counted


def test_of_many_workers_with_the_same_messages_one_finishes_each_task(network: tuple[Network, Line]) -> None:
    queues, _ = network
    numbers = [PRIME, SQUARE, ONE, HARD_PRIME] * 10
    tasks = [submit.submit_number(number) for number in numbers]
    lists = [submit.submit_list(LIST) for _ in range(10)]
    records = queues.receive([letter for letter in queues.letters if letter.queue == TASKS])
    with ThreadPoolExecutor(WORKERS) as pool:
        counted = [*pool.map(in_batches, [records] * WORKERS, range(WORKERS))]
    totals = {name: sum(one.get(name, 0) for one in counted) for name in {name for one in counted for name in one}}
    assert totals == {"success_prime": 10, "success_composite": 10, "success_not_prime": 10, "chunks": 10}
    for task_id in lists:
        assert_list_right(task_id, LIST)
    for task_id, number in zip(tasks, numbers, strict=True):
        if number == HARD_PRIME:
            assert task_of(task_id).status == "STARTED"
            sent = [letter for letter in queues.letters if letter.queue == PROOFS and task_id in letter.body]
            assert sent
        else:
            assert_right(task_id, number)
    proof = next(letter for letter in queues.letters if letter.queue == PROOFS)
    prove(queues.receive([proof]))
    assert_right(json.loads(proof.body)["task_id"], HARD_PRIME)
