"""A fault at any call of a consumer loses no task: each has the right result after its messages are delivered again."""

from __future__ import annotations

import pytest

from chalicelib.consumers import prover
from chalicelib.primality import proving
from chalicelib.queues import Queue
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.tasks import ids
from tests.faults.fault_injection import DENIED, KILLED_AFTER, KILLED_BEFORE, RESPONSE_LOST, THROTTLED, Fault
from tests.faults.faulty_aws import FaultyAws
from tests.support import outcomes
from tests.support.builders import submit_keyed, submit_list, submit_number
from tests.support.outcomes import (
    HARD_PRIME,
    LARGE_COMPOSITE,
    LONG_PRIME,
    MERSENNE_PRIME,
    PRIME,
    SQUARE,
    assert_finished,
    forget_results,
)

each_fault = pytest.mark.parametrize(
    ("fault", "calls"),
    [(THROTTLED, 1), (THROTTLED, 99), (RESPONSE_LOST, 1), (KILLED_BEFORE, 1), (KILLED_AFTER, 1), (DENIED, 1)],
    ids=["throttled", "throttled-from-here-on", "response-lost", "killed-before", "killed-after", "denied"],
)


@each_fault
@pytest.mark.parametrize(
    ("submitted", "queue"),
    [
        pytest.param(
            [PRIME, HARD_PRIME, LONG_PRIME, SQUARE, MERSENNE_PRIME, LARGE_COMPOSITE], Queue.TASKS, id="worker"
        ),
        pytest.param([[PRIME, outcomes.ONE, SQUARE]], Queue.LISTS, id="list_worker"),
        pytest.param([[MERSENNE_PRIME]], Queue.LONG_LISTS, id="long_list_worker"),
        pytest.param([HARD_PRIME], Queue.PROOFS, id="prover"),
        pytest.param([outcomes.LARGE_PRIME], Queue.PROOFS, id="prover-forwards"),
        pytest.param([LONG_PRIME], Queue.LONG_PROOFS, id="long_prover"),
        pytest.param([LARGE_COMPOSITE], Queue.LONG_PROOFS, id="long_prover-screens"),
    ],
)
def test_a_fault_at_any_call_of_a_consumer_loses_no_task_and_no_result(
    aws_with_faults: FaultyAws,
    submitted: list[int | list[int]],
    queue: Queue,
    fault: Fault,
    calls: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A child process would only take time: test_killed_functions.py has those.
    monkeypatch.setattr(prover, "prove_in_child", lambda screened, *_: proving.prove(screened))
    for fails in aws_with_faults.faults.each_call(fault, calls):
        if queue is not Queue.TASKS:  # the worker uses the results that the first round has stored
            forget_results()
        task_ids = {submit_list(each) if isinstance(each, list) else submit_number(each): each for each in submitted}
        if queue is Queue.TASKS and isinstance(submitted[-1], int):  # a number with a key has an item from the start
            task_ids[submit_keyed([submitted[-1]], key=ids.new_id())] = submitted[-1]
        records = aws_with_faults.forward_to(queue)
        assert records
        with fails:
            again = aws_with_faults.deliver(queue, records)
        assert aws_with_faults.deliver(queue, again) == [], f"it still fails: {aws_with_faults.faults.operations}"
        aws_with_faults.drain()
        for task_id, each in task_ids.items():
            assert_finished(task_id, each)


@each_fault
@pytest.mark.parametrize("is_list", [False, True], ids=["number", "list"])
def test_a_fault_at_any_call_of_the_dead_letters_leaves_no_task_open(
    aws_with_faults: FaultyAws, is_list: bool, fault: Fault, calls: int
) -> None:
    for fails in aws_with_faults.faults.each_call(fault, calls):
        task_id = submit_list([PRIME]) if is_list else submit_number(PRIME)
        records = aws_with_faults.receive(Queue.LISTS if is_list else Queue.TASKS)
        with fails:
            again = aws_with_faults.deliver(Queue.DEAD_LETTERS, records)
        aws_with_faults.deliver(Queue.DEAD_LETTERS, again)
        task = read_task(task_id)
        assert task.status == "FAILURE"
        assert task.error
        # The stored message suffices for a retry.
        retry_task(task_id)
        aws_with_faults.drain()
        assert read_task(task_id).status == "SUCCESS"
