"""What the tests of faults stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.tasks import worker
from tests.aws import forget_clients
from tests.faults.injection import Line, on_the_line
from tests.faults.network import DEAD_LETTERS, PROOFS, TASKS, Network
from tests.faults.world import LONGEST


@pytest.fixture
def line(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Give the way to moto's table and queues, to be broken."""
    with on_the_line(monkeypatch) as way:
        yield way


@pytest.fixture(autouse=True)
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a thousand bits be too many for a worker in this process: real ones would take the tests' time."""
    monkeypatch.setattr(worker, "LONGEST", LONGEST)


@pytest.fixture
def network(service_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Network, Line]]:
    """Give the service in this process the emulator's table and queues of ours; and the way to both."""
    queues = {f"{name.upper()}_QUEUE_URL": f"http://queues/{name}" for name in (TASKS, PROOFS, DEAD_LETTERS)}
    for name, value in (service_environment | queues).items():
        monkeypatch.setenv(name, value)
    forget_clients()
    with on_the_line(monkeypatch) as way:
        way.queues = Network()
        yield way.queues, way
    forget_clients()
