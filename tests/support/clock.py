"""A clock that a test sets."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from chalicelib import clock


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
