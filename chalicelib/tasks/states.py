"""The states of a task and the ways between them.

    PENDING ─┬─→ STARTED ─┬─→ SUCCESS
             │    ↑  ↓    ├─→ REVOKED
             ├─→ RETRY  ──┤
             │            └─→ FAILURE ──(retry)──→ PENDING
             └─→ any final state

A list of numbers has no state of its own between PENDING and its end: it is STARTED once one of its chunks
is counted and SUCCESS when none remains, so that the last chunk's count is its end and nothing can come
between the two. One that failed stays so whatever chunks are counted after that, its failed one from a late
delivery among them: they are what a retry need not do again.
"""

from __future__ import annotations

PENDING = "PENDING"
STARTED = "STARTED"
RETRY = "RETRY"
SUCCESS = "SUCCESS"
FAILURE = "FAILURE"
REVOKED = "REVOKED"

#: Nothing changes a task in one of these, `POST /{task_id}/retry` of a FAILURE aside.
FINAL = frozenset({SUCCESS, FAILURE, REVOKED})
#: States in which a task can still be answered, fail or be cancelled.
OPEN = (PENDING, STARTED, RETRY)
ALL = (*OPEN, SUCCESS, FAILURE, REVOKED)


def of_list(stored: str, chunks: int, remaining: int) -> str:
    """Return a list's state from the one that its record holds and from its chunks that are not done."""
    if stored in {REVOKED, FAILURE}:
        return stored
    if remaining == 0:
        return SUCCESS
    if stored == PENDING and remaining < chunks:
        return STARTED
    return stored
