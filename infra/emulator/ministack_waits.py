"""Shortens MiniStack's wait for what a function prints, in which its process gets no other batch."""

import queue
import time

from ministack.core.lambda_runtime import Worker

from infra.emulator.replacement import replace


def shorten() -> None:
    """Change MiniStack's wait."""
    replace(Worker, "_drain_stderr_bounded", _lines)


def _lines(worker: Worker, first_line_wait: float = 0.050, idle_confirm: float = 0.001, hard_cap: float = 0.250) -> str:
    """Return the lines that a function has written: those that come within a millisecond of each other.

    A line that comes later is among those of the next invocation. MiniStack's own function looks for a line every
    millisecond, until none has come for 5 ms.
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
