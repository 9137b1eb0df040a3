"""Long computations in a child process, which a deadline or a cancel ends.

A heartbeat extends the message's visibility timeout while the computation runs, and finds out whether the task was
cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib import clock
from chalicelib.consumers.outcomes import FinishedChunk, Outcome, Record, Stale
from chalicelib.consumers.settle import Batch
from chalicelib.errors import ServiceError
from chalicelib.numbers import chunk_text
from chalicelib.primality.child import screen_in_child, search_in_child
from chalicelib.primality.chunk_screening import join_results
from chalicelib.primality.direction import Direction
from chalicelib.primality.progress import Counted, Progress, Steps
from chalicelib.primality.result import Result
from chalicelib.store import list_results
from chalicelib.tasks.messages import ChunkMessage, NumberMessage

#: The visibility timeout that a heartbeat sets, in seconds: after a consumer is killed, its message is delivered
#: again within this time. The queue's own timeout covers the longest computation if no heartbeat succeeds.
HEARTBEAT_TIMEOUT_SECONDS = 60
#: The time between two heartbeats, in seconds.
HEARTBEAT_SECONDS = 4.0
#: A computation is stopped this long before its function's timeout, in seconds: what is known is written in that time.
MARGIN_SECONDS = 20.0


class Cancelled(Exception):
    """The task is not open: its result is not needed."""


def seconds_to_compute(batch: Batch) -> float:
    """Return how long a computation may take, in seconds, at least one."""
    return max(batch.remaining_seconds() - MARGIN_SECONDS, 1.0)


def expected_end(batch: Batch, seconds: float) -> str:
    """Return when a computation that takes `seconds` is expected to end: before the end of the function's time."""
    return clock.rfc3339(clock.now() + min(seconds, seconds_to_compute(batch)))


def end_by_steps(progress: Progress, begun: float) -> str | None:
    """Return when a computation is expected to end by the steps that it has done; None where it counts none."""
    if not isinstance(progress, Steps | Counted) or not progress.done:
        return None
    now = clock.now()
    return clock.rfc3339(now + (now - begun) / progress.done * (progress.total - progress.done))


def send_heartbeat(batch: Batch, record: Record) -> None:
    """Extend the visibility timeout of a message. A failure is logged, and the computation goes on."""
    batch.set_visibility_timeout(record, HEARTBEAT_TIMEOUT_SECONDS)


def watch(batch: Batch, record: Record, write: Callable[[], bool]) -> None:
    """Send a heartbeat and write what a computation knows by a function that returns whether the task is still open.

    A fault of the table is logged: it is no reason to give up minutes of work.

    Raises:
        Cancelled: the task is not open.
    """
    send_heartbeat(batch, record)
    try:
        is_open = write()
    except ServiceError as error:
        batch.invocation.lists["errors"].append(error.detail)
        return
    if not is_open:
        raise Cancelled


def watch_chunk(batch: Batch, record: Record, message: ChunkMessage) -> None:
    """Send a heartbeat, and look whether a chunk is still needed.

    Raises:
        Cancelled: the chunk is not needed.
    """
    send_heartbeat(batch, record)
    if not list_results.is_needed(message):
        raise Cancelled


def screen(batch: Batch, numbers: list[int], on_progress: Callable[[Progress], None]) -> list[Result]:
    """Screen numbers in a child process.

    Raises:
        TimeoutError: the function's time does not suffice.
        ChildDied: the child process ended without a result.
    """
    seconds = seconds_to_compute(batch)
    results = screen_in_child(numbers, seconds, on_progress, HEARTBEAT_SECONDS)
    if results is None:
        raise TimeoutError(f"the screening did not end in {seconds:.0f} s, the time that a function has")
    return results


def search(
    batch: Batch, message: NumberMessage, direction: Direction, on_progress: Callable[[Progress], None]
) -> Result | NumberMessage:
    """Return the screening of the prime next to a number, or at the deadline the message with which the search goes on.

    Raises:
        TimeoutError: the function's time does not suffice for a test.
        ChildDied: the child process ended without a result.
    """
    seconds = seconds_to_compute(batch)
    found = search_in_child(message.number, direction, message.searched, seconds, on_progress, HEARTBEAT_SECONDS)
    if isinstance(found, Result):
        return found
    if found == message.searched:
        raise TimeoutError(f"the search did not get beyond a number in {seconds:.0f} s, the time that a function has")
    return replace(message, searched=found)


def screen_chunk(batch: Batch, record: Record, message: ChunkMessage) -> Outcome:
    """Screen a chunk of a list in a child process, which a cancel ends.

    Raises:
        TimeoutError: the function's time does not suffice.
        ChildDied: the child process ended without a result.
    """
    send_heartbeat(batch, record)
    try:
        results = screen(batch, [*chunk_text.read(message.numbers)], lambda _: watch_chunk(batch, record, message))
    except Cancelled:
        return Stale(record)
    return FinishedChunk(record, message, join_results(results))
