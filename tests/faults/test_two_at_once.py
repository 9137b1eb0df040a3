"""Two consumers that have the same message at the same time finish its task once."""

from itertools import count

import pytest

from chalicelib.queues import Queue
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.store import table
from tests.faults.faulty_aws import FaultyAws
from tests.support.tasks import (
    HARD_PRIME,
    LARGE_COMPOSITE,
    LARGE_PRIME,
    LONG_PRIME,
    PRIME,
    forget_results,
    submit_list,
    submit_number,
)

#: The attributes that may change in a failed list, because its other chunks are still counted.
COUNTS = {"done", "remaining", "primes", "composites", "counted_at", "expires_at", "started_at", "attempts"}


def final_item(task_id: str) -> table.Item | None:
    """Return the item of a final task without the attributes that may still change, or None for an open task."""
    item = table.get(task_id, table.TASK)
    if item is None or not read_task(task_id).status.is_final:
        return None
    return {name: value for name, value in item.items() if "chunks" not in item or name not in COUNTS}


DEAD = Queue.DEAD_LETTERS
PAIRS = [
    pytest.param(PRIME, Queue.TASKS, Queue.TASKS, Queue.TASKS, id="worker-worker"),
    pytest.param(HARD_PRIME, Queue.TASKS, Queue.TASKS, Queue.TASKS, id="worker-worker-that-forward"),
    pytest.param([PRIME], Queue.LISTS, Queue.LISTS, Queue.LISTS, id="list_worker-list_worker"),
    pytest.param(PRIME, Queue.TASKS, Queue.TASKS, DEAD, id="worker-dead_letters"),
    pytest.param(PRIME, Queue.TASKS, DEAD, Queue.TASKS, id="dead_letters-worker"),
    pytest.param([PRIME], Queue.LISTS, Queue.LISTS, DEAD, id="list_worker-dead_letters"),
    pytest.param([PRIME], Queue.LISTS, DEAD, Queue.LISTS, id="dead_letters-list_worker"),
    pytest.param(HARD_PRIME, Queue.PROOFS, Queue.PROOFS, Queue.PROOFS, id="prover-prover"),
    pytest.param(HARD_PRIME, Queue.PROOFS, Queue.PROOFS, DEAD, id="prover-dead_letters"),
    pytest.param(LARGE_PRIME, Queue.PROOFS, Queue.PROOFS, Queue.PROOFS, id="prover-prover-that-forward"),
    pytest.param(LONG_PRIME, Queue.LONG_PROOFS, Queue.LONG_PROOFS, Queue.LONG_PROOFS, id="long_prover-long_prover"),
    pytest.param(LARGE_COMPOSITE, Queue.LONG_PROOFS, Queue.LONG_PROOFS, DEAD, id="long_prover-dead_letters"),
]


@pytest.mark.parametrize(("submitted", "queue", "one", "other"), PAIRS)
def test_two_consumers_with_the_same_message_finish_its_task_once(
    aws_with_faults: FaultyAws, submitted: int | list[int], queue: Queue, one: Queue, other: Queue
) -> None:
    """The second consumer runs completely between any two calls of the first one."""
    aws, faults = aws_with_faults, aws_with_faults.faults
    for at in count():
        forget_results()
        task_id = submit_list(submitted) if isinstance(submitted, list) else submit_number(submitted)
        records = aws.forward_to(queue)
        assert records
        finals: list[table.Item | None] = []
        calls_left = at

        def run_other_before_the_call(_: str) -> None:
            nonlocal calls_left
            calls_left -= 1
            if calls_left < 0:
                faults.before_call = None
                assert aws.deliver(other, records) == []  # noqa: B023 - called in this round only
                finals.append(final_item(task_id))  # noqa: B023

        aws.metrics.clear()
        faults.before_call = run_other_before_the_call
        assert aws.deliver(one, records) == []
        faults.before_call = None
        aws.drain()
        if DEAD not in {one, other}:
            counted = {name: n for name, n in aws.metrics.items() if name.startswith(("success_", "chunks"))}
            assert sum(counted.values()) == 1, counted
        if not finals:
            break
        assert finals[0] in (None, final_item(task_id)), f"the second consumer finished the task before call {at}"
        if read_task(task_id).status == "FAILURE":
            assert DEAD in {one, other}
            retry_task(task_id)
            aws.drain()
        assert read_task(task_id).status == "SUCCESS"
    assert at > 0
