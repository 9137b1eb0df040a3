"""Calls in parallel return what the same calls return one after another, in less time."""

import threading
from functools import partial

import pytest

from chalicelib.concurrently import THREADS, in_parallel


def test_results_come_in_the_order_of_their_calls() -> None:
    assert in_parallel([partial(pow, 2, exponent) for exponent in range(3 * THREADS)]) == [
        2**exponent for exponent in range(3 * THREADS)
    ]
    assert in_parallel([]) == []


def test_calls_run_at_the_same_time() -> None:
    everyone = threading.Barrier(THREADS, timeout=60)
    assert sorted(in_parallel([everyone.wait] * THREADS)) == list(range(THREADS))


def test_the_exception_of_a_call_is_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        in_parallel([partial(int, "1"), partial(int, "x")])
