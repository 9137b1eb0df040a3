"""The failed tasks are listed newest first, in pages, whatever shard of the index they are in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib import clock
from chalicelib.primality.direction import Direction
from chalicelib.queues import Queue
from chalicelib.settings import settings
from chalicelib.store import failures, list_results, table, transitions
from chalicelib.tasks.messages import ChunkMessage
from tests.support.consumers import fail_waiting
from tests.support.doubles import set_clock
from tests.support.tasks import chunk_message, number_message, submit_keyed, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")


def fail_one_by_one(count: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the ids of failed tasks, the newest first."""
    clock = set_clock(monkeypatch, 1_800_000_000.0)
    task_ids = []
    for number in range(count):
        task_ids.append(submit_number(number))
        clock.seconds += 1
        fail_waiting(Queue.TASKS)
    return task_ids[::-1]


def test_pages_have_every_failed_task_once_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fail_one_by_one(9, monkeypatch)
    found, before = [], None
    while page := failures.latest(4, before):
        found += [task.task_id for task in page]
        before = page[-1].finished_at
    assert found == expected


def test_a_failed_task_is_listed_with_what_failed_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, 1_800_000_000.0)
    submit_number(10**60 + 7)
    fail_waiting(Queue.TASKS)
    submit_number(10**60, "10^60", find=Direction.NEXT)
    fail_waiting(Queue.TASKS)
    submit_list([1, 2, 3])
    fail_waiting(Queue.LISTS)
    subjects = {task.subject for task in failures.latest(10)}
    assert subjects == {"100000000000…000000000007 (61 digits)", "next prime of 10^60", "chunk 1 of 1"}
    assert all(task.error and task.attempts == 5 for task in failures.latest(10))


def test_a_retry_queues_nothing_of_an_expired_task_with_the_same_key(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch, 1_800_000_000.0)
    expired_id = submit_keyed([1, 2, 3], "key", is_list=True)
    fail_waiting(Queue.LISTS)
    clock.seconds += settings().retention_seconds + 1
    task_id = submit_keyed([11], "key")
    assert task_id == expired_id
    fail_waiting(Queue.TASKS)
    (message,) = failures.messages(task_id)
    assert not isinstance(message, ChunkMessage)
    assert message.number == 11


def test_a_failed_chunk_keeps_its_results_but_none_of_an_expired_list(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, 1_800_000_000.0)
    message = chunk_message(submit_list([2]), "2")
    list_results.write_chunk(message, b"2 p", primes=1, probable_primes=0, attempts=1)
    failures.keep_chunk(message)
    assert "results" in (table.get(message.task_id, 1) or {})
    later = replace(message, expires_at=message.expires_at + settings().retention_seconds)
    for kept in (later, message):  # that of the later one is kept, whichever comes last
        failures.keep_chunk(kept)
        assert "results" not in (table.get(message.task_id, 1) or {})
        assert failures.messages(message.task_id) == [later]


def test_tasks_that_failed_in_the_same_millisecond_are_on_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    task_ids: dict[object, str] = {}
    while len(task_ids) < failures.SHARDS:
        message = number_message()
        task_ids.setdefault(failures.attributes(message)[failures.SHARD], message.task_id)
    monkeypatch.setattr(clock, "now", lambda: 1_800_000_000.0)
    for task_id in task_ids.values():
        transitions.write_failure(number_message(11, task_id), "the reason", 5)
    assert {task.task_id for task in failures.latest(1)} == set(task_ids.values())
