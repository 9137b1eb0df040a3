"""A failed task keeps its messages for a retry."""

from dataclasses import replace

import pytest

from chalicelib.queues import Queue
from chalicelib.settings import settings
from chalicelib.store import failures, list_results, table
from chalicelib.tasks.messages import ChunkMessage
from tests.support.consumers import fail_waiting
from tests.support.doubles import set_clock
from tests.support.tasks import chunk_message, submit_keyed, submit_list

pytestmark = pytest.mark.usefixtures("aws")


def test_a_retry_queues_nothing_of_an_expired_task_with_the_same_key(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = set_clock(monkeypatch, 1_800_000_000.0)
    expired_id = submit_keyed([1, 2, 3], "key", is_list=True)
    fail_waiting(Queue.LISTS)
    clock.seconds += settings().retention_days * 86_400 + 1
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
    later = replace(message, expires_at=message.expires_at + settings().retention_days * 86_400)
    for kept in (later, message):  # that of the later one is kept, whichever comes last
        failures.keep_chunk(kept)
        assert "results" not in (table.get(message.task_id, 1) or {})
        assert failures.messages(message.task_id) == [later]
