from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.primality import pipe
from chalicelib.primality.pipe import LENGTH, Messages, send


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    read_end, write_end = os.pipe()
    yield read_end, write_end
    os.close(read_end)
    os.close(write_end)


def test_messages_arrive_in_order(ends: tuple[int, int]) -> None:
    read_end, write_end = ends
    send(write_end, "steps", 1)
    send(write_end, "result", [2, 3])
    assert Messages(read_end).read() == [("steps", 1), ("result", [2, 3])]


def test_an_empty_pipe_has_no_messages_and_has_not_ended(ends: tuple[int, int]) -> None:
    messages = Messages(ends[0])
    assert messages.read() == []
    assert not messages.ended


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 40), max_size=10))
def test_messages_that_arrive_in_pieces_are_read_once_they_are_whole(ends: tuple[int, int], sizes: list[int]) -> None:
    read_end, write_end = ends
    whole = _bytes_of(("result", "x" * 100))
    messages, received, start = Messages(read_end), [], 0
    for size in [*sizes, len(whole)]:
        os.write(write_end, whole[start : start + size])
        start += size
        received += messages.read()
    assert received == [("result", "x" * 100)]


def test_the_end_of_the_pipe_is_seen() -> None:
    read_end, write_end = os.pipe()
    send(write_end, "result", 7)
    os.close(write_end)
    messages = Messages(read_end)
    assert messages.read() == [("result", 7)]
    assert messages.read() == []
    assert messages.ended
    os.close(read_end)


def _bytes_of(message: tuple[str, object]) -> bytes:
    pickled = pipe.pickle.dumps(message)
    return LENGTH.pack(len(pickled)) + pickled
