"""Fixtures: a fake service, a fake clock, and a client that uses both."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest

from fake import FakeService, served
from isprime import Client

CLIENT = Path(__file__).parent.parent

create_default_context = cache(ssl.create_default_context)


@pytest.fixture(autouse=True, scope="module")
def read_authorities_once() -> Iterator[None]:
    """Read the certificates of the authorities once, not for each client: that takes longer than most tests."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(ssl, "create_default_context", create_default_context)
        yield


@pytest.fixture
def service() -> FakeService:
    """Return a service that finishes a task at its first read."""
    return FakeService()


class Clock:
    """A clock that only moves while the code sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.sleeps.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the time of the code under test, and return the clock."""
    clock = Clock()

    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)

    monkeypatch.setattr(time, "sleep", clock.sleep)
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    monkeypatch.setattr("isprime.async_client.asyncio.sleep", sleep)
    return clock


@pytest.fixture
def client(service: FakeService, clock: Clock) -> Iterator[Client]:
    """Return a client of the service in memory."""
    del clock
    with Client("http://service.test", transport=httpx.MockTransport(service.handle)) as client:
        yield client


@pytest.fixture
def service_url(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the service on loopback and set its address for the command, which a process finds, too."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("PYTHONPATH", f"{CLIENT / 'src'}:{CLIENT.parent}")
    with served(service) as url:
        monkeypatch.setenv("ISPRIME_URL", url)
        monkeypatch.delenv("ISPRIME_KEY", raising=False)
        yield url
