"""What a play of the model plays in: its clock, its queues, and what its clients were promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.aws import dynamodb
from chalicelib.settings import settings
from chalicelib.tasks import table
from chalicelib.tasks.task import Item, Task, from_item, waiting
from tests.faults.injection import Line
from tests.faults.network import Network

RETENTION = 7 * 86_400


@dataclass
class Clock:
    """The time that the service sees: a millisecond passes at every look."""

    now: float

    def time(self) -> float:
        """Return it in seconds since 1970."""
        self.now += 0.001
        return self.now


@dataclass
class Scene:
    """What a machine plays in; `during_proof` is called while a proof runs and tells whether it comes to its end."""

    line: Line
    network: Network
    clock: Clock
    started: float
    during_proof: Callable[[], bool] = lambda: True
    plays: int = 0

    @property
    def caller(self) -> str:
        """Whose keys these are: nobody else's, so that no two plays share a task."""
        return f"play {self.plays} of {id(self)}"

    def begin(self) -> None:
        """Begin another play: with no messages, at the same time as every other."""
        self.plays += 1
        self.network.letters.clear()
        self.clock.now = self.started


@dataclass
class Promise:
    """What a client was told of its task."""

    numbers: list[int]
    is_list: bool
    accepted: bool = False
    cancelled: bool = False
    retried: bool = False
    final: Task | None = None


def find_all(task_ids: list[str]) -> dict[str, Task]:
    """Return tasks by their ids as `reading.find` does, but in one call."""
    name = settings().table_name
    keys = [table.key(task_id, table.TASK) for task_id in task_ids]
    found: list[Item] = []
    if keys:
        answer = dynamodb().batch_get_item(RequestItems={name: {"Keys": keys, "ConsistentRead": True}})
        found = answer["Responses"][name]
    records = {item["task_id"]["S"]: from_item(item) for item in found}
    tasks = {task_id: records.get(task_id) or waiting(task_id, RETENTION) for task_id in task_ids}
    return {task_id: task for task_id, task in tasks.items() if task}
