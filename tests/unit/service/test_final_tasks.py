"""The finished tasks that a process keeps: a bounded number of them, whatever its threads do at the same time."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.primality.result import Result, Verdict
from chalicelib.service import final_tasks
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

Tasks = dict[str, NumberTask | ListTask]


def a_task(task_id: str) -> NumberTask:
    return NumberTask(task_id=task_id, status=Status.SUCCESS, submitted_at="", expires_at=2**40)


class KeptMeanwhile(Tasks):
    """Has another thread keep a task when the oldest one is looked for the first time."""

    other: threading.Thread | None = None

    def __iter__(self) -> Iterator[str]:
        names = super().__iter__()
        if self.other is None:
            self.other = threading.Thread(target=final_tasks.keep, args=(a_task("meanwhile"),))
            self.other.start()
            self.other.join(0.1)  # it ends only if it need not wait for this thread
        return names


def test_a_task_that_another_thread_keeps_at_the_same_time_costs_nobody_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tasks = KeptMeanwhile({name: a_task(name) for name in ("first", "second", "a third")})
    monkeypatch.setattr(final_tasks, "_tasks", tasks)
    monkeypatch.setattr(final_tasks, "MAX_TASKS", 2)
    final_tasks.keep(a_task("last"))
    assert tasks.other is not None
    tasks.other.join(10)
    assert set(tasks) == {"last", "meanwhile"}


@pytest.mark.parametrize(("bits", "is_kept"), [(final_tasks.MAX_BITS, True), (final_tasks.MAX_BITS + 1, False)])
def test_a_task_is_kept_unless_its_number_is_too_large(
    monkeypatch: pytest.MonkeyPatch, bits: int, is_kept: bool
) -> None:
    monkeypatch.setattr(final_tasks, "_tasks", {})
    final_tasks.keep(replace(a_task("a"), result=Result(2 ** (bits - 1), Verdict.COMPOSITE)))
    assert (final_tasks.get("a") is not None) == is_kept
