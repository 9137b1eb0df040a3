"""A consumer's function handles its batch, logs one line and counts what it finished."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.consumers import entry
from chalicelib.consumers.worker import screen_numbers
from chalicelib.queues import Queue
from tests.support.aws import receive
from tests.support.builders import submit_number

pytestmark = pytest.mark.usefixtures("aws")


def event_of(records: list[dict[str, Any]]) -> Any:
    """Return what Chalice gives to a handler."""
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000)
    return SimpleNamespace(context=context, to_dict=lambda: {"Records": records})


def test_a_batch_is_handled_logged_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counted: list[tuple[Queue, int]] = []
    monkeypatch.setattr(entry.throughput, "add", lambda queue, numbers: counted.append((queue, numbers)))
    monkeypatch.setattr(os, "nice", lambda increment: increment)
    for number in (11, 12, 13):
        submit_number(number)
    response = entry.consume(event_of(receive(Queue.TASKS)), "worker", Queue.TASKS, screen_numbers)
    line = json.loads(capsys.readouterr().out)
    assert response == {"batchItemFailures": []}
    assert line["function"] == "worker"
    assert line["finished"] == 3
    assert line["success_prime"] == 2
    assert counted == [(Queue.TASKS, 3)]


@pytest.mark.parametrize("queue", Queue)
def test_a_process_lowers_its_priority_at_its_first_batch(monkeypatch: pytest.MonkeyPatch, queue: Queue) -> None:
    lowered: list[int] = []
    monkeypatch.setattr(os, "nice", lowered.append)
    entry._lower_priority.cache_clear()
    for _ in range(2):
        entry.consume(event_of([]), "function", queue, lambda batch: None)
    assert lowered == [entry.NICENESS[queue]]


def test_single_numbers_come_before_short_proofs_then_lists_then_long_proofs() -> None:
    order = [Queue.TASKS, Queue.PROOFS, Queue.LISTS, Queue.LONG_PROOFS]
    assert sorted(order, key=entry.NICENESS.__getitem__) == order
