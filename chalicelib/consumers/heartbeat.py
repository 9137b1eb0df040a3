"""The heartbeat of a long computation: it extends the message's visibility timeout, and looks whether a task is open.

A computation runs in a child process, which a deadline or a cancel ends: see `primality/child.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib import clock
from chalicelib.consumers.outcomes import Record, caught
from chalicelib.consumers.settle import Batch
from chalicelib.primality.progress import Counted, Progress, Steps

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
    """Return the expected end of a computation by its finished steps; None if it counts none."""
    if not isinstance(progress, Steps | Counted) or not progress.done:
        return None
    now = clock.now()
    return clock.rfc3339(now + (now - begun) / progress.done * (progress.total - progress.done))


def send(batch: Batch, record: Record) -> None:
    """Extend the visibility timeout of a message. A failure is logged, and the computation goes on."""
    batch.set_visibility_timeout(record, HEARTBEAT_TIMEOUT_SECONDS)


def watch(batch: Batch, record: Record, is_open: Callable[[], bool]) -> None:
    """Send a heartbeat, and ask a function, which may write the progress, whether the task is still open.

    An error of that function is logged: it is not a reason to give up minutes of work.

    Raises:
        Cancelled: the task is not open.
    """
    send(batch, record)
    response = caught(is_open)
    if isinstance(response, Exception):
        batch.log(response)
    elif not response:
        raise Cancelled
