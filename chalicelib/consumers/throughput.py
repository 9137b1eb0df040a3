"""Counts the finished numbers of this process and writes them to the history, at most once a second."""

from __future__ import annotations

import threading
import time
from collections import Counter

from chalicelib.queues import Queue
from chalicelib.store import history

#: The time between two writes, in seconds.
MIN_INTERVAL_SECONDS = 1.0


class Throughput:
    """The counts that are not written yet. Its methods may be called by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Queue] = Counter()
        self._last_write = -MIN_INTERVAL_SECONDS
        self._timer: threading.Timer | None = None

    def add(self, queue: Queue, numbers: int) -> None:
        """Count finished numbers. They are written at once, or a second after the last write.

        AWS freezes a function after its response: a write that is due then is made during the next invocation.
        """
        if not numbers:
            return
        with self._lock:
            self._counts[queue] += numbers
            if self._timer is not None:
                return
            seconds = self._last_write + MIN_INTERVAL_SECONDS - time.monotonic()
            if seconds > 0:
                self._timer = threading.Timer(seconds, self.flush)
                self._timer.daemon = True
                self._timer.start()
                return
        self.flush()

    def flush(self) -> None:
        """Write the counts. Counts that cannot be written are kept for the next write."""
        with self._lock:
            self._timer = None
            self._last_write = time.monotonic()
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            history.add(counts)
        except Exception:  # noqa: BLE001 - the history is not worth a failed invocation
            with self._lock:
                self._counts.update(counts)


#: The counts of this process.
throughput = Throughput()
