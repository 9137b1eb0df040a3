"""A fault at any call of a consumer loses no task: each has the right result after its messages are delivered again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, pairwise

import pytest
from _pytest.mark import ParameterSet

from chalicelib.consumers import prover
from chalicelib.primality import proving
from chalicelib.queues import Queue
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.tasks import ids
from tests.faults.fault_injection import (
    KILLED_AFTER,
    KILLED_BEFORE,
    RESPONSE_LOST,
    THROTTLED,
    TRANSIENT_FAULTS,
    Fault,
)
from tests.faults.faulty_aws import FaultyAws
from tests.support.builders import submit_keyed, submit_list, submit_number
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
    number_task,
)

Check = Callable[[], None]
#: A fault, for how many calls it lasts, and for how many of botocore's attempts of each.
Lasting = tuple[Fault, tuple[int, int]]
ATTEMPT, CALL, REST = (1, 1), (1, 99), (99, 99)
DURATIONS = {ATTEMPT: "attempt", CALL: "call", REST: "rest"}


def submit_numbers(numbers: list[int]) -> Callable[[], Check]:
    """Return a function that submits each number, the last one with a key, and returns a check of their results."""

    def submit() -> Check:
        task_ids = [submit_number(number) for number in numbers[:-1]]
        task_ids.append(submit_keyed(numbers[-1:], key=ids.new_id()))

        def check() -> None:
            for task_id, number in zip(task_ids, numbers, strict=True):
                assert_number_finished(task_id, number)

        return check

    return submit


def submit_numbers_of_a_list(numbers: list[int]) -> Callable[[], Check]:
    """Return a function that submits a list and returns a check of its results."""

    def submit() -> Check:
        task_id = submit_list(numbers)
        return lambda: assert_list_finished(task_id, numbers)

    return submit


WORKER = (submit_numbers([PRIME, HARD_PRIME, SQUARE]), Queue.TASKS)
WORKER_LARGE = (submit_numbers([MERSENNE_PRIME, LARGE_COMPOSITE]), Queue.TASKS)
LIST_WORKER = (submit_numbers_of_a_list([PRIME, ONE, SQUARE]), Queue.LISTS)
LIST_WORKER_CHILD = (submit_numbers_of_a_list([MERSENNE_PRIME]), Queue.LISTS)
LIST_WORKER_LARGE = (submit_numbers_of_a_list([LARGE_COMPOSITE]), Queue.LISTS)
PROVER = (submit_numbers([HARD_PRIME]), Queue.PROOFS)
PROVER_SCREENING = (submit_numbers([MERSENNE_PRIME]), Queue.PROOFS)
PROVER_LONG = (submit_numbers([LARGE_PRIME]), Queue.PROOFS)
LONG_PROVER = (submit_numbers([LONG_PRIME]), Queue.LONG_PROOFS)
LONG_PROVER_SCREENING = (submit_numbers([LARGE_COMPOSITE]), Queue.LONG_PROOFS)
LONG_PROVER_CHUNK = (submit_numbers_of_a_list([LARGE_COMPOSITE]), Queue.LONG_PROOFS)

ALL: list[Lasting] = [
    *((fault, CALL) for fault in (*TRANSIENT_FAULTS, KILLED_BEFORE, KILLED_AFTER)),
    (THROTTLED, ATTEMPT),
    (THROTTLED, REST),
]
#: A fault of a call that has no effect, one of a call that has, and a kill before and after a call.
SOME: list[Lasting] = [(fault, CALL) for fault in (THROTTLED, RESPONSE_LOST, KILLED_BEFORE, KILLED_AFTER)]


def rows(name: str, case: tuple[Callable[[], Check], Queue], faults: list[Lasting]) -> list[ParameterSet]:
    """Return a case with each of the faults, and its id."""
    return [pytest.param(*case, *lasting, id=f"{name}-{name_of(lasting)}") for lasting in faults]


def name_of(lasting: Lasting) -> str:
    """Return the id of a fault."""
    fault, duration = lasting
    return f"{fault.name}-{DURATIONS[duration]}"


@pytest.mark.parametrize(
    ("submit", "queue", "fault", "duration"),
    rows("list_worker", LIST_WORKER, ALL)
    + rows("list_worker-child", LIST_WORKER_CHILD, SOME)
    + rows("list_worker-large", LIST_WORKER_LARGE, SOME)
    + rows("worker", WORKER, SOME)
    + rows("worker-large", WORKER_LARGE, SOME)
    + rows("prover", PROVER, SOME)
    + rows("prover-screening", PROVER_SCREENING, SOME)
    + rows("prover-long", PROVER_LONG, SOME)
    + rows("long_prover", LONG_PROVER, SOME)
    + rows("long_prover-screening", LONG_PROVER_SCREENING, SOME)
    + rows("long_prover-chunk", LONG_PROVER_CHUNK, SOME),
)
def test_a_fault_at_any_call_of_a_consumer_loses_no_task_and_no_result(
    aws_with_faults: FaultyAws,
    submit: Callable[[], Check],
    queue: Queue,
    fault: Fault,
    duration: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if queue in {Queue.TASKS, Queue.LISTS}:  # the prover has its own cases; here a child process would only take time
        monkeypatch.setattr(prover, "prove_in_child", lambda screened, *_: proving.prove(screened))
    for at in count():
        check = submit()
        records = aws_with_faults.forward_to(queue)
        assert records
        with aws_with_faults.faults.injected(fault, at, *duration):
            again = aws_with_faults.deliver(queue, records)
        is_reached = aws_with_faults.faults.is_reached
        assert aws_with_faults.deliver(queue, again) == [], f"it still fails after a fault at call {at}"
        aws_with_faults.drain()
        check()
        if not is_reached:
            break
    assert at > 1


@pytest.mark.parametrize(("fault", "duration"), ALL, ids=map(name_of, ALL))
@pytest.mark.parametrize("is_list", [False, True], ids=["number", "list"])
def test_a_fault_at_any_call_of_the_dead_letters_leaves_no_task_open(
    aws_with_faults: FaultyAws, is_list: bool, fault: Fault, duration: tuple[int, int]
) -> None:
    for at in count():
        task_id = submit_list([PRIME]) if is_list else submit_number(PRIME)
        records = aws_with_faults.receive(Queue.LISTS if is_list else Queue.TASKS)
        with aws_with_faults.faults.injected(fault, at, *duration):
            again = aws_with_faults.deliver(Queue.DEAD_LETTERS, records)
        is_reached = aws_with_faults.faults.is_reached
        aws_with_faults.deliver(Queue.DEAD_LETTERS, again)
        task = read_task(task_id)
        assert task.status == "FAILURE"
        assert task.error
        # The stored message suffices for a retry.
        retry_task(task_id)
        aws_with_faults.drain()
        assert read_task(task_id).status == "SUCCESS"
        if not is_reached:
            break
    assert at > 1


def test_a_task_has_the_reason_of_each_failed_attempt(aws_with_faults: FaultyAws) -> None:
    task_id = submit_number(PRIME)
    records = aws_with_faults.receive(Queue.TASKS)
    for attempt in range(1, 5):
        with aws_with_faults.faults.injected(THROTTLED, 0):
            records = aws_with_faults.deliver(Queue.TASKS, records)
        task = number_task(task_id)
        assert task.status == "RETRY"
        assert task.attempts == attempt
        assert task.error
        assert "ThrottlingException" in task.error
    assert aws_with_faults.deliver(Queue.TASKS, records) == []
    assert_number_finished(task_id, PRIME)


def test_after_the_last_attempt_a_message_is_visible_at_once_and_its_task_fails(aws_with_faults: FaultyAws) -> None:
    task_id = submit_number(PRIME)
    sqs = aws_with_faults.sqs
    (message,) = sqs.messages
    delays = []
    for _ in range(5):
        with aws_with_faults.faults.injected(THROTTLED, 0):
            aws_with_faults._handle(Queue.TASKS, sqs.receive([message]))
        delays.append(message.visible_at - sqs.now)
    assert delays[-1] == 0
    assert all(2 <= earlier < later <= 154 for earlier, later in pairwise(delays[:4])), delays
    assert number_task(task_id).status == "RETRY"
    assert aws_with_faults.receive(Queue.TASKS) == []
    aws_with_faults.deliver(Queue.DEAD_LETTERS, aws_with_faults.receive(Queue.DEAD_LETTERS))
    assert number_task(task_id).status == "FAILURE"
    assert "ThrottlingException" in (number_task(task_id).error or "")
