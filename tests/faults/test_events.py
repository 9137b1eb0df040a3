"""Each final task has its event, whatever fails between the table's stream and the event bus."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.consumers.publisher import handle
from chalicelib.errors import Unavailable
from chalicelib.service.read import read_task
from chalicelib.tasks import ids
from tests.support.builders import submit_list, submit_number
from tests.support.consumers import run_all
from tests.support.stream import Bus, Stream, model_of_the_bus

pytestmark = pytest.mark.usefixtures("aws")

#: The records of a batch, as in app.py.
BATCH = 100
#: Lambda's pauses between two attempts grow to a minute: the attempts of an hour, at least.
ATTEMPTS_OF_AN_HOUR = 60


@pytest.fixture
def bus(aws: None, monkeypatch: pytest.MonkeyPatch) -> Bus:
    return model_of_the_bus(monkeypatch)


@pytest.fixture
def stream(aws: None) -> Stream:
    return Stream()


def finish(count: int) -> list[str]:
    """Submit tasks, have all consumers run, and return the ids of the events of their ends."""
    tasks = [submit_number(number) for number in range(count)] + [submit_list([1, 2, 3])]
    run_all()
    return [f"{task_id}/{read_task(task_id).finished_at}" for task_id in tasks]


def test_an_hour_in_which_the_bus_refuses_every_call_loses_no_event(stream: Stream, bus: Bus) -> None:
    before = finish(3)
    bus.error = Unavailable("The event bus does not respond.")
    for _ in range(ATTEMPTS_OF_AN_HOUR):
        assert stream.deliver()
    between = finish(3)
    stream.deliver()
    assert bus.ids == []
    bus.error = None
    stream.drain()
    assert sorted(bus.ids) == sorted([*before, *between])


def test_a_batch_that_fails_in_the_middle_goes_on_from_there(stream: Stream, bus: Bus) -> None:
    ended = finish(24)
    bus.refused = {7, 15}
    stream.drain()
    assert set(bus.ids) == set(ended)
    assert len(bus.ids) < 2 * len(ended), "most are not repeated"


def test_a_record_that_comes_twice_has_the_same_event_twice(stream: Stream, bus: Bus) -> None:
    ended = finish(3)
    handle(stream.deliver())
    assert sorted(bus.ids) == sorted(ended * 2)


def test_ten_thousand_tasks_that_end_at_once_have_an_event_each(stream: Stream, bus: Bus) -> None:
    finish(1)
    (written, *_) = stream.deliver()
    records = [_of_another_task(written, sequence) for sequence in range(10_000)]
    bus.details.clear()
    for start in range(0, len(records), BATCH):
        assert handle(records[start : start + BATCH]) == {"batchItemFailures": []}
    assert [detail["task_id"] for detail in bus.details] == [_task_id(record) for record in records]
    assert max(bus.calls) == 10


def _of_another_task(record: dict[str, Any], sequence: int) -> dict[str, Any]:
    image = record["dynamodb"]["NewImage"] | {"task_id": {"S": ids.new_id()}}
    return record | {"dynamodb": record["dynamodb"] | {"NewImage": image, "SequenceNumber": str(sequence)}}


def _task_id(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["NewImage"]["task_id"]["S"])
