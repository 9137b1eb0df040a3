"""Group commit: threads that send at the same time share a call.

A thread that finds another one sending waits for it, and then sends what has arrived in the meantime, its own message
among it. A thread alone sends at once. Source: P. Helland et al., "Group commit timers and high volume transaction
systems", HPTS 1987.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

SendGroup = Callable[[list[str]], list[Exception | None]]


@dataclass(slots=True, eq=False)
class _Entry:
    body: str
    is_done: bool = False
    error: Exception | None = None


class GroupCommit:
    """Collects messages and sends them in groups."""

    def __init__(self, send_group: SendGroup, max_messages: int, max_bytes: int) -> None:
        """Make an empty collection.

        Args:
            send_group: sends messages and returns the error of each, or None; an exception is the error of all.
            max_messages: the most messages of a group.
            max_bytes: the most bytes of a group, in UTF-8.
        """
        self._send_group = send_group
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._waiting: deque[_Entry] = deque()
        self._sending = threading.Lock()

    def commit(self, body: str) -> None:
        """Send a message, alone or with those of other threads, and return when it was sent.

        Raises:
            Exception: what `send_group` returned or raised for this message.
        """
        entry = _Entry(body)
        self._waiting.append(entry)
        while not entry.is_done:
            with self._sending:
                if not entry.is_done:
                    self._send(self._next_group())
        if entry.error is not None:
            raise entry.error

    def _next_group(self) -> list[_Entry]:
        group = [self._waiting.popleft()]
        size = byte_length(group[0].body)
        while self._waiting and len(group) < self._max_messages:
            size += byte_length(self._waiting[0].body)
            if size > self._max_bytes:
                break
            group.append(self._waiting.popleft())
        return group

    def _send(self, group: list[_Entry]) -> None:
        # What is left where this thread ends while it sends: the others of its group must not wait for ever.
        outcomes: list[Exception | None] = [RuntimeError("The thread that sent the message ended.")] * len(group)
        try:
            outcomes = self._send_group([entry.body for entry in group])
        except Exception as error:  # noqa: BLE001 - each thread of the group raises it
            outcomes = [error] * len(group)
        finally:
            for entry, outcome in zip(group, outcomes, strict=True):
                entry.error = outcome
                entry.is_done = True


def byte_length(text: str) -> int:
    """Return the length of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
