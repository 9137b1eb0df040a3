"""Two consumers that have the same message at the same time finish its task once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.queues import Queue
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.store import table
from tests.faults.faulty_aws import FaultyAws
from tests.support.aws import Record
from tests.support.builders import submit_list, submit_number
from tests.support.outcomes import HARD_PRIME, LARGE_COMPOSITE, LARGE_PRIME, PRIME

#: The attributes that may change in a failed list, because its other chunks are still counted.
COUNTS = {"done", "remaining", "primes", "composites", "counted_at", "expires_at", "started_at", "attempts"}


def final_item(task_id: str) -> table.Item | None:
    """Return the item of a final task without the attributes that may still change, or None for an open task."""
    item = table.get(task_id, table.TASK)
    if item is None or not read_task(task_id).status.is_final:
        return None
    return {name: value for name, value in item.items() if "chunks" not in item or name not in COUNTS}


class Interruption:
    """Runs an action once, before a given call of a consumer."""

    def __init__(self, aws: FaultyAws, at: int, action: Callable[[], None]) -> None:
        self.faults, self.at, self.action = aws.faults, at, action
        self.calls = 0
        self.faults.before_call = self

    def __call__(self, _: str) -> None:
        """Count a call, and run the action before number `at`."""
        self.calls += 1
        if self.calls == self.at + 1:
            self.faults.before_call = None
            self.action()
            self.faults.before_call = self


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
    pytest.param(LARGE_COMPOSITE, Queue.LONG_PROOFS, Queue.LONG_PROOFS, DEAD, id="long_prover-dead_letters"),
]


@pytest.mark.parametrize(("submitted", "queue", "one", "other"), PAIRS)
def test_two_consumers_with_the_same_message_finish_its_task_once(
    aws_with_faults: FaultyAws, submitted: int | list[int], queue: Queue, one: Queue, other: Queue
) -> None:
    """The second consumer runs completely between any two calls of the first one."""
    for at in count():
        task_id = submit_list(submitted) if isinstance(submitted, list) else submit_number(submitted)
        records = aws_with_faults.forward_to(queue)
        assert records
        finals: list[table.Item | None] = []

        def run_other(
            task_id: str = task_id, records: list[Record] = records, finals: list[table.Item | None] = finals
        ) -> None:
            assert aws_with_faults.deliver(other, records) == []
            finals.append(final_item(task_id))

        interruption = Interruption(aws_with_faults, at, run_other)
        assert aws_with_faults.deliver(one, records) == []
        aws_with_faults.faults.before_call = None
        aws_with_faults.drain()
        if not finals:
            break
        assert finals[0] in (None, final_item(task_id)), f"the second consumer finished the task before call {at}"
        if read_task(task_id).status == "FAILURE":
            assert DEAD in {one, other}
            retry_task(task_id)
            aws_with_faults.drain()
        assert read_task(task_id).status == "SUCCESS"
    assert interruption.calls == at > 0
