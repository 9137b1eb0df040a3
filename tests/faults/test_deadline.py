"""A consumer stops before its function's timeout: a proof ends with what is known, other work is handed back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.consumers import chunks, list_worker, worker
from chalicelib.consumers.batch import COMPUTE_MARGIN_SECONDS, MARGIN_SECONDS
from chalicelib.numbers.cost import screening_seconds
from chalicelib.primality.screening import screen, screen_thoroughly
from chalicelib.queues import MAX_RECEIVES, Queue
from tests.support.aws import Record
from tests.support.builders import set_chunk_size, submit_list, submit_number
from tests.support.fault_injection import KILLED_AFTER, KILLED_BEFORE, TRANSIENT_FAULTS, Fault
from tests.support.faulty_aws import FaultyAws
from tests.support.outcomes import (
    LARGE_COMPOSITE,
    PRIME,
    SQUARE,
    assert_list_finished,
    assert_number_finished,
    list_task,
    number_task,
)

#: The largest prime below 2^2048: its proof takes about ten seconds.
PROVEN_LATE = 2**2048 - 1_942_289

NUMBERS = [PRIME, SQUARE] * 5
#: A function's timeout in the tests, in seconds.
TIMEOUT_SECONDS = 20.0


class SlowFunction:
    """A function in which each screening takes a given time, of which the clock is told and nobody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, screening_seconds: float) -> None:
        self._screening_seconds = screening_seconds
        self._remaining = TIMEOUT_SECONDS
        monkeypatch.setattr(worker, "screen_thoroughly", lambda number: self._spend(lambda: screen_thoroughly(number)))
        monkeypatch.setattr(chunks, "screen", lambda number: self._spend(lambda: screen(number)))

    def remaining_seconds(self) -> float:
        """Return how long the function may still run."""
        return self._remaining

    def restart(self) -> None:
        """Begin another invocation."""
        self._remaining = TIMEOUT_SECONDS

    def _spend[T](self, compute: Callable[[], T]) -> T:
        self._remaining -= self._screening_seconds
        assert self._remaining > 0, "the function has exceeded its timeout"
        return compute()


def receive_counts(records: list[Record]) -> set[int]:
    """Return how often messages were received."""
    return {int(record["attributes"]["ApproximateReceiveCount"]) for record in records}
