"""Turns: of the threads that read at the same time a few work, in the order of their arrival.

All threads of a process share the interpreter's lock, and each of their calls of the kernel gives it to any other one:
with 16 that worked at once, the slowest of a hundred reads took three times the median.
"""

import threading
from collections import deque
from types import TracebackType

#: Longer than this no thread waits for its turn: those before it may wait for a table that does not respond.
MAX_WAIT_SECONDS = 0.05


class Turns:
    """A context manager that at most `at_once` threads are in at the same time."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        """Wait for a turn."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=MAX_WAIT_SECONDS):
            with self._lock:
                if turn in self._waiting:  # otherwise it came in this moment
                    self._waiting.remove(turn)
                    self._free -= 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next one begin."""
        with self._lock:
            self._free += 1
            if self._waiting and self._free > 0:
                self._free -= 1
                self._waiting.popleft().release()
