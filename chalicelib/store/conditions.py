"""The conditions under which a message may change its task.

A round is how often a client queued a failed task again. Every message carries the round that it was sent in: a
message of a later round takes over a task that is FAILURE, and one of an earlier round changes nothing. A retry is
therefore complete once its messages are sent.
"""

from __future__ import annotations

from typing import Any

from chalicelib.tasks import ids
from chalicelib.tasks.messages import ChunkMessage, Message
from chalicelib.tasks.status import Status

#: The attribute names that are reserved words of DynamoDB.
NAMES = {"#status": "status", "#round": "round"}

_OPEN = "#status IN (:pending, :started, :retry)"
FAILED_EARLIER = "(#status = :failure AND #round < :round)"

#: A number's task is open. One without an item is a task that nothing was written about yet, and an item of the first
#: round may have no round. An item with `remaining` is a list's: cancel uses this condition for both.
_NUMBER = (
    f"(attribute_not_exists(#status) OR ({_OPEN} AND (attribute_not_exists(#round) OR #round <= :round))"
    f" OR {FAILED_EARLIER}) AND (attribute_not_exists(remaining) OR remaining > :zero)"
)
#: A list is open and the chunk is not counted. Chunks fail one by one, each in its own round.
_CHUNK = f"remaining > :zero AND NOT contains(done, :chunk) AND ({_OPEN} OR {FAILED_EARLIER})"

#: A chunk's results may be counted once, unless the list was cancelled. They are counted in a list that another
#: chunk failed, too: a retry then needs only the chunk that failed.
COUNTABLE = "attribute_exists(remaining) AND #status <> :revoked AND NOT contains(done, :chunk)"


def is_open(message: Message) -> str:
    """Return the condition that a message may change its task."""
    if isinstance(message, ChunkMessage):
        return _CHUNK
    # A task with an Idempotency-Key has an item from the start. Without one it has expired.
    return f"attribute_exists(task_id) AND {_NUMBER}" if ids.is_keyed(message.task_id) else _NUMBER


def values(message: Message) -> dict[str, Any]:
    """Return the values that the condition names."""
    named: dict[str, Any] = {
        ":zero": 0,
        ":pending": Status.PENDING,
        ":started": Status.STARTED,
        ":retry": Status.RETRY,
        ":failure": Status.FAILURE,
        ":round": message.round,
    }
    return named | {":chunk": message.chunk} if isinstance(message, ChunkMessage) else named
