"""Group commit: threads that send at the same time share a call.

A thread that finds another one sending waits. Then the first of those that wait sends what has arrived in the meantime,
and each of the others goes on as soon as its message is sent. A thread alone sends at once. Source: P. Helland et al.,
"Group commit timers and high volume transaction systems", HPTS 1987.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

MessageT = TypeVar("MessageT")


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Entry(Generic[MessageT]):
    message: MessageT
    #: Released when the message is sent, or when it is this thread's turn to send.
    turn: threading.Lock = field(default_factory=_held)
    is_done: bool = False
    error: Exception | None = None


class GroupCommit(Generic[MessageT]):
    """Collects messages and sends them in groups."""

    def __init__(
        self,
        send_group: Callable[[list[MessageT]], list[Exception | None]],
        size_of: Callable[[MessageT], int],
        max_messages: int,
        max_bytes: int,
    ) -> None:
        """Make an empty collection.

        Args:
            send_group: sends messages and returns the error of each, or None; an exception is the error of all.
            size_of: returns the bytes of a message.
            max_messages: the most messages of a group.
            max_bytes: the most bytes of a group.
        """
        self._send_group = send_group
        self._size_of = size_of
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._waiting: deque[_Entry[MessageT]] = deque()
        self._lock = threading.Lock()
        self._is_sending = False

    def commit(self, message: MessageT) -> None:
        """Send a message, alone or with those of other threads, and return when it was sent.

        Raises:
            Exception: what `send_group` returned or raised for this message.
        """
        entry = _Entry(message)
        with self._lock:
            self._waiting.append(entry)
            is_first, self._is_sending = not self._is_sending, True
        if not is_first:
            entry.turn.acquire()
        if not entry.is_done:
            self._send_next()
        if entry.error is not None:
            raise entry.error

    def _send_next(self) -> None:
        """Send the next group, then let the first thread that waits send, and those of this group go on."""
        group: list[_Entry[MessageT]] = []
        try:
            with self._lock:
                group = self._next_group()
            self._send(group)
        finally:
            with self._lock:
                self._is_sending = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].turn.release()
            for entry in group[1:]:  # the first one is this thread's
                entry.turn.release()

    def _next_group(self) -> list[_Entry[MessageT]]:
        group = [self._waiting.popleft()]
        size = self._size_of(group[0].message)
        while self._waiting and len(group) < self._max_messages:
            size += self._size_of(self._waiting[0].message)
            if size > self._max_bytes:
                break
            group.append(self._waiting.popleft())
        return group

    def _send(self, group: list[_Entry[MessageT]]) -> None:
        # The outcome if this thread ends while it sends: the others of its group must not wait for ever.
        outcomes: list[Exception | None] = [RuntimeError("The thread that sent the message ended.")] * len(group)
        try:
            outcomes = self._send_group([entry.message for entry in group])
        except Exception as error:  # noqa: BLE001 - each thread of the group raises it
            outcomes = [error] * len(group)
        finally:
            for entry, outcome in zip(group, outcomes, strict=True):
                entry.error = outcome
                entry.is_done = True
