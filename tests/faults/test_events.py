"""Each final task has its event, whatever fails between the table's stream and the event bus."""

import pytest

from chalicelib.errors import Unavailable
from chalicelib.service.read import read_task
from tests.support.consumers import run_all
from tests.support.stream import Bus, Stream, model_of_the_bus
from tests.support.tasks import submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")

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
