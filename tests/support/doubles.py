"""Stand-ins for parts of the service: a clock, a call without a response; and records of calls that are made."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

import pytest

from chalicelib import aws, clock
from chalicelib.errors import Unavailable
from chalicelib.primality import child


def calls_of(act: Callable[[], object]) -> list[str]:
    """Return the names of the service's calls, in order."""
    seen: list[str] = []

    def record(model: object, **_: object) -> None:
        name = getattr(model, "name", "")
        if name != "CreateQueue":  # a test's: see aws.py
            seen.append(name)

    clients = (aws.dynamodb(), aws.sqs())
    for client in clients:
        client.meta.events.register("before-call", record)
    try:
        act()
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", record)
    return seen


def spy(monkeypatch: pytest.MonkeyPatch, module: ModuleType | type, name: str) -> list[tuple[Any, ...]]:
    """Return a list that grows with each call of a function of a module or a class: its name and its arguments."""
    seen: list[tuple[Any, ...]] = []
    original = getattr(module, name)

    def watched(*arguments: object, **named: object) -> object:
        seen.append((name, *arguments))
        return original(*arguments, **named)

    monkeypatch.setattr(module, name, watched)
    return seen


def unavailable(*_: object, **__: object) -> NoReturn:
    """Stand in for a call that gets no response."""
    raise Unavailable("It does not respond.")


def out_of_memory(*_: object) -> NoReturn:
    """Stand in for a computation that fails, where another attempt may not."""
    raise MemoryError("no more")


@dataclass
class Clock:
    """The time that the service sees, in seconds since 1970: a millisecond passes at every look."""

    seconds: float

    def now(self) -> float:
        self.seconds += 0.001
        return self.seconds


def set_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Clock:
    """Give the service a clock and return it."""
    fake = Clock(seconds)
    monkeypatch.setattr(clock, "now", fake.now)
    return fake


def end_once(monkeypatch: pytest.MonkeyPatch, is_seen: Callable[[], object]) -> None:
    """Let an hour pass for a child process once something is seen: its deadline comes then, on a slow machine, too."""
    passing = SimpleNamespace(sleep=time.sleep, monotonic=lambda: time.monotonic() + (3_600 if is_seen() else 0))
    monkeypatch.setattr(child, "time", passing)
