"""What an example of the stateful model (tests/faults/model.py) runs in, and what it expects of each task."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chalicelib import sending
from chalicelib.aws import dynamodb
from chalicelib.consumers import prover
from chalicelib.primality.progress import Elapsed, Progress
from chalicelib.primality.result import Proof, Result
from chalicelib.settings import settings
from chalicelib.store import items, table, task_index, task_pages
from chalicelib.tasks.task import ListTask, NumberTask, task_without_item
from tests.faults.computations import prove
from tests.faults.faulty_aws import FaultyAws
from tests.support.aws import delete_items
from tests.support.tasks import set_chunk_size


@dataclass
class ModelContext:
    """The queues, the faults and the clock of all examples of a test."""

    aws: FaultyAws
    #: Called while a proof runs; returns whether the proof finishes before its deadline.
    during_proof: Callable[[], bool] = lambda: True
    examples: int = 0

    @property
    def caller(self) -> str:
        """Whose Idempotency-Keys these are: another caller in each example, so that no two examples share a task."""
        return f"example {self.examples}"

    def begin(self) -> None:
        """Begin an example: without messages, and without the results that are found by their numbers."""
        self.examples += 1
        self.aws.sqs.messages.clear()
        delete_items(settings().table_name)


@dataclass
class Expected:
    """What a client may expect of a task."""

    numbers: list[int]
    is_list: bool
    #: Whether the service told the client that it has the task.
    is_accepted: bool = False
    #: Whether the client tried to cancel it.
    is_cancelled: bool = False
    #: Whether the client tried to retry it since it failed.
    is_retried: bool = False
    #: The task as it was read last, if it was final.
    final: NumberTask | ListTask | None = None
    #: When it expires, as it was read first, in seconds since 1970.
    expires_at: int | None = None
    #: Whether the results were read and found right since it became final, or since time passed.
    are_results_read: bool = False


def replace_computations(context: ModelContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make chunks short, and let proofs report their progress as if they took time."""
    set_chunk_size(monkeypatch, 2)
    monkeypatch.setattr(sending, "MAX_BATCH_MESSAGES", 2)
    for module in (task_index, task_pages):
        monkeypatch.setattr(module, "SHARDS", 2)

    def prove_at_once(
        screened: Result, _: float, on_progress: Callable[[Progress], None], interval: float, _helpers: object
    ) -> Proof | None:
        on_progress(Elapsed("proving", interval))
        finishes = context.during_proof()
        on_progress(Elapsed("proving", 2 * interval))
        return prove(screened.number) if finishes else None

    monkeypatch.setattr(prover, "prove_in_child", prove_at_once)


def read_tasks(task_ids: list[str]) -> dict[str, NumberTask | ListTask]:
    """Return tasks by their ids as `service.read.read_task` does, in one call."""
    if not task_ids:
        return {}
    name = settings().table_name
    keys = [table.key_of(task_id, table.TASK) for task_id in task_ids]
    response = dynamodb().batch_get_item(RequestItems={name: {"Keys": keys, "ConsistentRead": True}})
    found = [items.to_task(table.from_wire(item)) for item in response["Responses"][name]]
    stored = {task.task_id: task for task in found if task}
    tasks = {task_id: stored.get(task_id) or task_without_item(task_id) for task_id in task_ids}
    return {task_id: task for task_id, task in tasks.items() if task}
