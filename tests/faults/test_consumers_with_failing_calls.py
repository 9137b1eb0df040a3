"""A fault at any call of a consumer loses no task: each has the right result after its messages are delivered again."""

import math
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from chalicelib import thresholds
from chalicelib.consumers import prover
from chalicelib.primality.direction import Direction
from chalicelib.primality.prime_search import find_prime
from chalicelib.primality.result import Result
from chalicelib.queues import Queue
from chalicelib.service.read import read_certificate, read_task
from chalicelib.service.retry import retry_task
from chalicelib.store import stored_results, table
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from primes_core.verifier import verify
from tests.faults.fault_injection import DENIED, KILLED_AFTER, RESPONSE_LOST, THROTTLED, Fault
from tests.faults.faulty_aws import FaultyAws
from tests.support import tasks
from tests.support.consumers import redriven
from tests.support.tasks import (
    HARD_PRIME,
    LARGE_COMPOSITE,
    LONG_PRIME,
    MERSENNE_PRIME,
    PRIME,
    SQUARE,
    assert_finished,
    forget_results,
    read_number,
    submit_keyed,
    submit_list,
    submit_number,
)

T = TypeVar("T")

#: Two prime factors, of 61 and 100 bits: the larger has a certificate.
SMALL, LARGE = 2**61 - 1, HARD_PRIME
#: The prime next to it is HARD_PRIME.
OF = 10**30

each_fault = pytest.mark.parametrize(
    ("fault", "calls"),
    # To be killed after a call is to be killed before the next one.
    [(THROTTLED, 1), (THROTTLED, 99), (RESPONSE_LOST, 1), (KILLED_AFTER, 1), (DENIED, 1)],
    ids=["throttled", "throttled-from-here-on", "response-lost", "killed", "denied"],
)


@pytest.fixture(autouse=True)
def search_in_two_parts(aws_with_faults: FaultyAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """End the time of the first message of a search before its prime is found."""

    def search(n: int, direction: Direction, searched: int, *_: Any) -> Result | int:
        return find_prime(n, direction, searched) if searched else 40

    monkeypatch.setattr(prover, "search_in_child", search)


def finished(aws: FaultyAws, queue: Queue, fault: Fault, calls: int, submit: Callable[[], T]) -> Iterator[T]:
    """Yield what `submit` returns once its tasks are final, with a fault at each call of the consumer in turn."""
    for fails in aws.faults.each_call(fault, calls):
        submitted = submit()
        records = aws.forward_to(queue)
        assert records
        with fails:
            again = aws.deliver(queue, records)
        assert aws.deliver(queue, again) == [], f"it still fails: {aws.faults.operations}"
        aws.drain()
        yield submitted


@each_fault
@pytest.mark.parametrize(
    ("numbers", "queue"),
    [
        pytest.param(
            [PRIME, HARD_PRIME, LONG_PRIME, SQUARE, MERSENNE_PRIME, LARGE_COMPOSITE], Queue.TASKS, id="worker"
        ),
        pytest.param([[PRIME, tasks.ONE, SQUARE]], Queue.LISTS, id="list_worker"),
        pytest.param([[MERSENNE_PRIME]], Queue.LONG_LISTS, id="long_list_worker"),
        pytest.param([HARD_PRIME], Queue.PROOFS, id="prover"),
        pytest.param([tasks.LARGE_PRIME], Queue.PROOFS, id="prover-forwards"),
        pytest.param([LONG_PRIME], Queue.LONG_PROOFS, id="long_prover"),
        pytest.param([LARGE_COMPOSITE], Queue.LONG_PROOFS, id="long_prover-screens"),
    ],
)
def test_a_fault_at_any_call_of_a_consumer_loses_no_task_and_no_result(
    aws_with_faults: FaultyAws, numbers: list[int | list[int]], queue: Queue, fault: Fault, calls: int
) -> None:
    def submit() -> dict[str, int | list[int]]:
        if queue is not Queue.TASKS:  # the worker uses the results that the first round has stored
            forget_results()
        task_ids = {submit_list(each) if isinstance(each, list) else submit_number(each): each for each in numbers}
        if queue is Queue.TASKS and isinstance(numbers[-1], int):  # a number with a key has an item from the start
            task_ids[submit_keyed([numbers[-1]], key=ids.new_id())] = numbers[-1]
        return task_ids

    for task_ids in finished(aws_with_faults, queue, fault, calls, submit):
        for task_id, each in task_ids.items():
            assert_finished(task_id, each)


@each_fault
@pytest.mark.parametrize(
    ("queue", "primes"),
    [
        pytest.param(Queue.TASKS, [3, LARGE], id="worker"),
        pytest.param(Queue.FACTORS, [3, SMALL, LARGE], id="factorizer"),
        pytest.param(Queue.LONG_FACTORS, [3, SMALL, LARGE], id="long_factorizer"),
    ],
)
def test_a_fault_at_any_call_loses_no_factor_and_no_certificate(
    aws_with_faults: FaultyAws,
    queue: Queue,
    primes: list[int],
    fault: Fault,
    calls: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thresholds, "MAX_SHORT_FACTORING_SECONDS", 0.0 if queue is Queue.LONG_FACTORS else 30.0)

    def submit() -> str:
        table.delete(stored_results.key(math.prod(primes)))
        return submit_number(math.prod(primes), factors=True)

    for task_id in finished(aws_with_faults, queue, fault, calls, submit):
        task = read_number(task_id)
        assert task.status is Status.SUCCESS
        assert task.factorization is not None
        assert [factor.number for factor in task.factorization.factors] == primes
        assert verify(read_certificate(task_id, "pari", len(primes))).number == LARGE


@each_fault
@pytest.mark.parametrize("queue", [Queue.PROOFS, Queue.LONG_PROOFS])
def test_a_fault_at_any_call_of_a_search_loses_neither_its_prime_nor_its_proof(
    aws_with_faults: FaultyAws, queue: Queue, fault: Fault, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thresholds, "MAX_WORKER_SEARCH_SECONDS", 0.0)

    def submit() -> str:
        forget_results()
        return submit_number(OF, find=Direction.NEXT)

    for task_id in finished(aws_with_faults, queue, fault, calls, submit):
        task = read_number(task_id)
        assert task.result is not None
        assert (task.status, task.result.number, task.of) == (Status.SUCCESS, HARD_PRIME, OF)
        assert verify(read_certificate(task_id, "pari")).number == HARD_PRIME


@each_fault
@pytest.mark.parametrize("is_list", [False, True], ids=["number", "list"])
def test_a_fault_at_any_call_of_the_dead_letters_leaves_no_task_open(
    aws_with_faults: FaultyAws, is_list: bool, fault: Fault, calls: int
) -> None:
    for fails in aws_with_faults.faults.each_call(fault, calls):
        task_id = submit_list([PRIME]) if is_list else submit_number(PRIME)
        records = redriven(aws_with_faults.receive(Queue.LISTS if is_list else Queue.TASKS))
        with fails:
            again = aws_with_faults.deliver(Queue.DEAD_LETTERS, records)
        aws_with_faults.deliver(Queue.DEAD_LETTERS, redriven(again))
        task = read_task(task_id)
        assert task.status == "FAILURE"
        assert task.error
        # The stored message suffices for a retry.
        retry_task(task_id)
        aws_with_faults.drain()
        assert read_task(task_id).status == "SUCCESS"
