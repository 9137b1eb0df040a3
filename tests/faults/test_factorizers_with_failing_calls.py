"""A fault at any call of a function that finds factors loses no factor and no certificate."""

from __future__ import annotations

import math
from typing import Any

import pytest

from chalicelib.consumers import factorizer
from chalicelib.factorization.search import Found, Search
from chalicelib.queues import Queue
from chalicelib.service.read import read_certificate
from chalicelib.store import stored_results, table
from chalicelib.tasks.status import Status
from chalicelib.verifier import verify
from tests.faults.fault_injection import Fault
from tests.faults.faulty_aws import FaultyAws
from tests.faults.test_consumers_with_failing_calls import each_fault
from tests.support.builders import submit_number
from tests.support.outcomes import number_task

#: Two primes of 61 and 100 bits; the larger has a certificate.
SMALL, LARGE = 2**61 - 1, 10**30 + 57


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
    # A child process would only take time.
    def search(composite: int, expression: str | None, known: Any, _: float, limit: float, *__: Any) -> Found:
        return Search(composite, lambda _: None, limit=limit).run(expression, known)

    monkeypatch.setattr(factorizer, "factor_in_child", search)
    monkeypatch.setattr(factorizer, "MAX_SHORT_FACTORING_SECONDS", 0.0 if queue is Queue.LONG_FACTORS else 30.0)
    for fails in aws_with_faults.faults.each_call(fault, calls):
        table.delete(stored_results.key(math.prod(primes)))
        task_id = submit_number(math.prod(primes), factors=True)
        records = aws_with_faults.forward_to(queue)
        assert records
        with fails:
            again = aws_with_faults.deliver(queue, records)
        aws_with_faults.deliver(queue, again)
        aws_with_faults.drain()
        task = number_task(task_id)
        assert task.status is Status.SUCCESS
        assert task.factorization is not None
        assert [factor.number for factor in task.factorization.factors] == primes
        assert verify(read_certificate(task_id, "pari", len(primes))).number == LARGE
