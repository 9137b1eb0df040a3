"""Shortens MiniStack's waits between a message and its result: most of the latency of a task on one machine."""

import asyncio
import queue
import time

from ministack.core import concurrency
from ministack.core.lambda_runtime import Worker
from ministack.services import lambda_svc

from infra.emulator.replacement import replace

#: Between two looks at the queues that find nothing. AWS polls without such a gap; MiniStack's is 50 ms.
IDLE_PAUSE_SECONDS = 0.002

_wake_poller = concurrency.esm_wake.set


def shorten() -> None:
    """Change MiniStack's waits."""
    replace(lambda_svc, "_ESM_IDLE_WAKE_GAP_SECONDS", IDLE_PAUSE_SECONDS)
    replace(Worker, "_drain_stderr_bounded", _lines)
    replace(concurrency.esm_wake, "set", _wake_poller_after_response)


def _wake_poller_after_response() -> None:
    """Wake the poller of the queues once the response to the request that sent a message is written.

    The poller takes the interpreter's lock at once, and the sender would wait for its look at all queues.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # a thread without requests: an invocation has ended
        _wake_poller()
    else:
        loop.call_soon(_wake_poller)


def _lines(worker: Worker, first_line_wait: float = 0.050, idle_confirm: float = 0.005, hard_cap: float = 0.250) -> str:
    """Return the lines that a function has written, after the same time as MiniStack's own function.

    That one looks for a line every millisecond: several times for each invocation.
    """
    lines: list[str] = []
    deadline = time.monotonic() + hard_cap
    wait = first_line_wait
    while (left := deadline - time.monotonic()) > 0:
        try:
            lines.append(worker._stderr_queue.get(timeout=min(wait, left)))  # noqa: SLF001 - this is a method of it
        except queue.Empty:
            break
        wait = idle_confirm
    return "\n".join(lines)
