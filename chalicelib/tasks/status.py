"""The status of a task.

    PENDING ─┬─→ STARTED ─┬─→ SUCCESS
             │    ↑  ↓    ├─→ REVOKED
             ├─→ RETRY  ──┤
             │            └─→ FAILURE ──(retry by a client)──→ PENDING
             └─→ any final status

A list's item stores no STARTED and no SUCCESS: they follow from the number of its unfinished chunks, so that the
last chunk's count and the end of the list are one write. A list that failed stays FAILURE while its other chunks
finish; a retry then needs only the chunks that failed.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The status of a task, as clients see it."""

    PENDING = "PENDING"
    STARTED = "STARTED"
    RETRY = "RETRY"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    REVOKED = "REVOKED"

    @property
    def is_final(self) -> bool:
        """Whether the status never changes again, except a FAILURE by a client's retry."""
        return self in _FINAL


_FINAL = frozenset({Status.SUCCESS, Status.FAILURE, Status.REVOKED})


def list_status(stored: Status, chunks: int, remaining: int) -> Status:
    """Return a list's status.

    Args:
        stored: the status in the list's item.
        chunks: the number of the list's chunks.
        remaining: how many of them are not finished.
    """
    if stored in {Status.REVOKED, Status.FAILURE}:
        return stored
    if remaining == 0:
        return Status.SUCCESS
    if stored is Status.PENDING and remaining < chunks:
        return Status.STARTED
    return stored
