"""Calls that do not need each other's results, made at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")

#: The threads of this process: `GET /queue` reads eight shards of an index.
THREADS = 8


def in_parallel(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Return the results of calls, in their order; raise the exception of the first that has one.

    A call must not use this function itself: it would wait for a thread that its caller has.
    """
    return [future.result() for future in [_pool().submit(call) for call in calls]]


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads, which are kept: each keeps its connections to an emulator."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="parallel")
