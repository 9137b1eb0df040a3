"""Calls: a record of those to AWS that an action makes, or of those of a function, and one that gets no response."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

import pytest

from chalicelib import aws
from chalicelib.errors import Unavailable


def calls_of(act: Callable[[], object]) -> list[str]:
    """Return the names of the calls, in order."""
    seen: list[str] = []

    def record(model: object, **_: object) -> None:
        seen.append(getattr(model, "name", ""))

    clients = (aws.dynamodb(), aws.sqs())
    for client in clients:
        client.meta.events.register("before-call", record)
    try:
        act()
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", record)
    return seen


def spy(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType | type, name: str, calls: list[tuple[Any, ...]] | None = None
) -> list[tuple[Any, ...]]:
    """Return a list that grows with each call of a function of a module or a class: its name and its arguments."""
    seen = [] if calls is None else calls
    original = getattr(module, name)

    def watched(*arguments: object, **named: object) -> object:
        seen.append((name, *arguments))
        return original(*arguments, **named)

    monkeypatch.setattr(module, name, watched)
    return seen


def unavailable(*_: object, **__: object) -> NoReturn:
    """Stand in for a call that gets no response."""
    raise Unavailable("It does not respond.")
