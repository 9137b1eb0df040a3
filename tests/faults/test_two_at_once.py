"""Two consumers with the same message at once make one end of its task."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.settings import settings
from chalicelib.tasks import steer, submit, table
from chalicelib.tasks.task import Item
from tests.aws import Record, receive
from tests.faults.injection import Line
from tests.faults.world import HARD_PRIME, PRIME, Consume, bury, deliver, drain, prove, task_of, work


def on_tasks() -> list[Record]:
    """Take what the worker gets."""
    return receive(settings().tasks_queue_url)


def on_proofs() -> list[Record]:
    """Take what the prover gets."""
    deliver(work, on_tasks())
    return receive(settings().proofs_queue_url)


def final_record(task_id: str) -> Item | None:
    """Return a task's record if the task is final, without what may yet change in a list that failed: its counts."""
    item = table.get(task_id, table.TASK)
    if item is None or not task_of(task_id).finished_at:
        return None
    counts = {"done", "remaining", "primes", "composites", "counted_at", "expires_at", "started_at", "attempts"}
    return {name: value for name, value in item.items() if "chunks" not in item or name not in counts}


class Between:
    """Steps in before a call of somebody's, once: does `what`, and goes on watching."""

    def __init__(self, line: Line, at: int, what: Callable[[], None]) -> None:
        self.line, self.at, self.what = line, at, what
        self.made = 0
        line.before = self

    def __call__(self, _: str) -> None:
        """Count a call; before number `at` do what is to be done."""
        self.made += 1
        if self.made == self.at + 1:
            self.line.before = None
            self.what()
            self.line.before = self


def does_all(consume: Consume, records: list[Record], task_id: str, ends: list[Item | None]) -> None:
    """Do the whole of a consumer's work and note the end that it made, if it made one."""
    assert deliver(consume, records) == []
    ends.append(final_record(task_id))


Submit = Callable[[], str]
PAIRS = [
    pytest.param(lambda: submit.submit_number(PRIME), on_tasks, work, work, id="two-workers"),
    pytest.param(lambda: submit.submit_number(HARD_PRIME), on_tasks, work, work, id="two-workers-that-forward"),
    pytest.param(lambda: submit.submit_list([PRIME]), on_tasks, work, work, id="two-workers-a-chunk"),
    pytest.param(lambda: submit.submit_number(PRIME), on_tasks, work, bury, id="worker-and-dead-letters"),
    pytest.param(lambda: submit.submit_number(PRIME), on_tasks, bury, work, id="dead-letters-and-worker"),
    pytest.param(lambda: submit.submit_list([PRIME]), on_tasks, work, bury, id="worker-and-dead-letters-a-chunk"),
    pytest.param(lambda: submit.submit_list([PRIME]), on_tasks, bury, work, id="dead-letters-and-worker-a-chunk"),
    pytest.param(lambda: submit.submit_number(HARD_PRIME), on_proofs, prove, prove, id="two-provers"),
    pytest.param(lambda: submit.submit_number(HARD_PRIME), on_proofs, prove, bury, id="prover-and-dead-letters"),
]


@pytest.mark.parametrize(("submitted", "taken", "one", "other"), PAIRS)
def test_two_with_the_same_message_at_once_make_one_end(
    line: Line, submitted: Submit, taken: Callable[[], list[Record]], one: Consume, other: Consume
) -> None:
    """Between any two calls of the one, the other does the whole of its work."""
    for at in count():
        task_id = submitted()
        records = taken()
        ends: list[Item | None] = []

        def other_does_all(
            task_id: str = task_id, records: list[Record] = records, ends: list[Item | None] = ends
        ) -> None:
            assert deliver(other, records) == []
            ends.append(final_record(task_id))

        between = Between(line, at, other_does_all)
        assert deliver(one, records) == []
        line.before = None
        drain()
        if not ends:
            break
        assert ends[0] in (None, final_record(task_id)), f"the other made an end before call {at}"
        if task_of(task_id).status == "FAILURE":
            assert bury in {one, other}
            steer.retry(task_id)
            drain()
        assert task_of(task_id).status == "SUCCESS"
    assert between.made == at > 0
