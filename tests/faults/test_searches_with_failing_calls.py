"""A fault at any call of a search loses neither its prime nor the certificate, also where it goes on in a message."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.consumers import computing, prover, worker
from chalicelib.primality import proving
from chalicelib.primality.direction import Direction
from chalicelib.primality.result import Result
from chalicelib.primality.search import find_prime
from chalicelib.queues import Queue
from chalicelib.service.read import read_certificate
from chalicelib.tasks.status import Status
from chalicelib.verifier import verify
from tests.faults.fault_injection import Fault
from tests.faults.faulty_aws import FaultyAws
from tests.faults.test_consumers_with_failing_calls import each_fault
from tests.support.builders import submit_number
from tests.support.outcomes import HARD_PRIME, forget_results, number_task

OF = 10**30


@each_fault
@pytest.mark.parametrize("queue", [Queue.PROOFS, Queue.LONG_PROOFS])
def test_a_fault_at_any_call_of_a_search_loses_neither_its_prime_nor_its_proof(
    aws_with_faults: FaultyAws, queue: Queue, fault: Fault, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A child process would only take time. The time of the first message ends before the prime is found.
    def search(n: int, direction: Direction, searched: int, *_: Any) -> Result | int:
        return find_prime(n, direction, searched) if searched else 40

    monkeypatch.setattr(worker, "MAX_WORKER_SEARCH_SECONDS", 0.0)
    monkeypatch.setattr(computing, "search_in_child", search)
    monkeypatch.setattr(prover, "prove_in_child", lambda screened, *_: proving.prove(screened))
    for fails in aws_with_faults.faults.each_call(fault, calls):
        forget_results()
        task_id = submit_number(OF, find=Direction.NEXT)
        records = aws_with_faults.forward_to(queue)
        assert records
        with fails:
            again = aws_with_faults.deliver(queue, records)
        aws_with_faults.deliver(queue, again)
        aws_with_faults.drain()
        task = number_task(task_id)
        assert task.result is not None
        assert (task.status, task.result.number, task.of) == (Status.SUCCESS, HARD_PRIME, OF)
        assert verify(read_certificate(task_id, "pari")).number == HARD_PRIME
