"""Whatever a consumer's call to AWS meets, its tasks finish right once their messages are delivered again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from _pytest.mark import ParameterSet

from chalicelib.primality import proving
from chalicelib.settings import settings
from chalicelib.tasks import prover, steer, submit
from tests.aws import Record, receive
from tests.faults.injection import ANSWER_LOST, FAULTS, KILLED_AFTER, KILLED_BEFORE, THROTTLED, Fault, Line
from tests.faults.world import (
    HARD_PRIME,
    HUGE,
    ONE,
    PRIME,
    SQUARE,
    Consume,
    again,
    assert_list_right,
    assert_right,
    bury,
    deliver,
    drain,
    prove,
    task_of,
    work,
)

#: How long a fault lasts: one attempt of botocore's, one call, or all the rest of the invocation.
Row = tuple[Fault, tuple[int, int]]
ATTEMPT, CALL, REST = (1, 1), (1, 99), (99, 99)
MIXED = [PRIME, HARD_PRIME, SQUARE]


def queued(numbers: list[int]) -> Callable[[], Callable[[], None]]:
    """Return what submits each number and gives the check of their ends."""

    def submit_them() -> Callable[[], None]:
        ids = [submit.submit_number(number) for number in numbers[:-1]]
        ids.append(submit.submit_once(numbers[-1:], is_list=False, caller="", key=str(ids)))

        def check() -> None:
            for task_id, number in zip(ids, numbers, strict=True):
                assert_right(task_id, number)

        return check

    return submit_them


def queued_list(numbers: list[int]) -> Callable[[], Callable[[], None]]:
    """Return what submits a list and gives the check of its end."""

    def submit_it() -> Callable[[], None]:
        task_id = submit.submit_list(numbers)
        return lambda: assert_list_right(task_id, numbers)

    return submit_it


def taken_from_tasks() -> list[Record]:
    """Take what the worker gets."""
    return receive(settings().tasks_queue_url)


def taken_from_proofs() -> list[Record]:
    """Take what the prover gets."""
    deliver(work, taken_from_tasks())
    return receive(settings().proofs_queue_url)


MIXED_NUMBERS = (queued(MIXED), taken_from_tasks, work)
CHUNK = (queued_list([PRIME, ONE, SQUARE]), taken_from_tasks, work)
PROOF = (queued([HARD_PRIME]), taken_from_proofs, prove)
LARGE = (queued([HUGE]), taken_from_proofs, prove)
LARGE_CHUNK = (queued_list([HUGE]), taken_from_proofs, prove)

ALL = [(fault, CALL) for fault in (*FAULTS, KILLED_BEFORE, KILLED_AFTER)] + [(THROTTLED, ATTEMPT), (THROTTLED, REST)]
#: One that left no trace, one that did, and the two deaths.
SOME = [(fault, CALL) for fault in (THROTTLED, ANSWER_LOST, KILLED_BEFORE, KILLED_AFTER)]


def rows(
    name: str, case: tuple[Callable[[], Callable[[], None]], Callable[[], list[Record]], Consume], faults: list[Row]
) -> list[ParameterSet]:
    """Return a case with each of the faults, named."""
    return [pytest.param(*case, *row, id=f"{name}-{named(row)}") for row in faults]


def named(row: Row) -> str:
    """Return a row's id."""
    return f"{row[0].name}-{ {ATTEMPT: 'attempt', CALL: 'call', REST: 'rest'}[row[1]] }"


@pytest.mark.parametrize(
    ("submitted", "taken", "consume", "fault", "lasts"),
    rows("worker-chunk", CHUNK, ALL)
    + rows("worker-numbers", MIXED_NUMBERS, SOME)
    + rows("prover-proof", PROOF, SOME)
    + rows("prover-screening", LARGE, SOME)
    + rows("prover-chunk", LARGE_CHUNK, SOME),
)
def test_a_fault_at_any_call_of_a_consumer_loses_no_task_and_spoils_no_answer(
    line: Line,
    submitted: Callable[[], Callable[[], None]],
    taken: Callable[[], list[Record]],
    consume: Consume,
    fault: Fault,
    lasts: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if consume is work:  # what follows the worker's part is the prover's, which has tests of its own
        monkeypatch.setattr(prover, "prove_in_child", lambda screened, *_: proving.prove(screened))
    for at in count():
        check = submitted()
        records = taken()
        with line.broken(fault, at, *lasts):
            back = deliver(consume, records)
        assert deliver(consume, back) == [], f"still failing after a fault at {line.made}"
        drain()
        check()
        if not line.broke:
            break
    assert at > 2


@pytest.mark.parametrize(("fault", "lasts"), ALL, ids=map(named, ALL))
@pytest.mark.parametrize("is_list", [False, True], ids=["number", "chunk"])
def test_a_fault_at_any_call_of_the_dead_letters_leaves_no_task_without_its_end(
    line: Line, is_list: bool, fault: Fault, lasts: tuple[int, int]
) -> None:
    for at in count():
        task_id = submit.submit_list([PRIME]) if is_list else submit.submit_number(PRIME)
        letters = receive(settings().tasks_queue_url)
        with line.broken(fault, at, *lasts):
            back = deliver(bury, letters)
        broke = line.broke
        deliver(bury, back)
        task = task_of(task_id)
        assert task.status == "FAILURE"
        assert task.error
        # What is kept of it is enough to try it again.
        steer.retry(task_id)
        drain()
        assert task_of(task_id).status == "SUCCESS"
        if not broke:
            break
    assert at > 1


def test_a_message_that_fails_every_attempt_is_told_why_at_each(line: Line) -> None:
    task_id = submit.submit_number(PRIME)
    records = taken_from_tasks()
    for attempt in range(1, 5):
        with line.broken(THROTTLED, 0):
            records = deliver(work, records)
        task = task_of(task_id)
        assert (task.status, task.attempts) == ("RETRY", attempt)
        assert task.error
        assert "ThrottlingException" in task.error
    assert deliver(work, [again(record) for record in records]) == []
    assert_right(task_id, PRIME)
