"""What the tests of faults stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.injection import Line, on_the_line


@pytest.fixture
def line(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Give the way to moto's table and queues, to be broken."""
    with on_the_line(monkeypatch) as way:
        yield way
