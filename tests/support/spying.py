"""Records the calls of a function, which still does its work."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest


def spy(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, calls: list[tuple[Any, ...]] | None = None
) -> list[tuple[Any, ...]]:
    """Return a list that grows with each call of a module's function: its name and its arguments."""
    seen = [] if calls is None else calls
    original = getattr(module, name)

    def watched(*arguments: object, **named: object) -> object:
        seen.append((name, *arguments))
        return original(*arguments, **named)

    monkeypatch.setattr(module, name, watched)
    return seen
