"""The conditions under which a message may change its task.

A round is how often a client queued a failed task again. Every message carries the round that it was sent in: a
message of a later round takes over a task that is FAILURE, and one of an earlier round changes nothing. A retry is
therefore complete once its messages are sent.
"""

from __future__ import annotations

from typing import Any

from chalicelib.store.table import Condition
from chalicelib.tasks import ids
from chalicelib.tasks.messages import ChunkMessage, Message
from chalicelib.tasks.status import Status

#: The attribute names that are reserved words of DynamoDB.
_NAMES = {"#status": "status", "#round": "round"}

_OPEN = "#status IN (:pending, :started, :retry)"
_FAILED_EARLIER = "(#status = :failure AND #round < :round)"

#: A number's task is open. One without an item is a task that nothing was written about yet, and an item of the first
#: round may have no round. An item with `remaining` is a list's: cancel uses this condition for both.
_NUMBER = (
    f"(attribute_not_exists(#status) OR ({_OPEN} AND (attribute_not_exists(#round) OR #round <= :round))"
    f" OR {_FAILED_EARLIER}) AND (attribute_not_exists(remaining) OR remaining > :zero)"
)
#: A list is open and the chunk is not counted. Chunks fail one by one, each in its own round.
_CHUNK = f"remaining > :zero AND NOT contains(done, :chunk) AND ({_OPEN} OR {_FAILED_EARLIER})"


def is_open(message: Message) -> Condition:
    """Return the condition that a message may change its task."""
    if isinstance(message, ChunkMessage):
        return Condition(_CHUNK, _NAMES, _values(message.round) | {":chunk": message.chunk})
    return is_number_open(message.task_id, message.round)


def is_number_open(task_id: str, task_round: int) -> Condition:
    """Return the condition that a number's task is open in a round, or that all of a list is."""
    # A task with an Idempotency-Key has an item from the start. Without one it has expired.
    expression = f"attribute_exists(task_id) AND {_NUMBER}" if ids.is_keyed(task_id) else _NUMBER
    return Condition(expression, _NAMES, _values(task_round))


def has_failed_before(task_round: int) -> Condition:
    """Return the condition that a task has failed in an earlier round."""
    return Condition(_FAILED_EARLIER, _NAMES, {":failure": Status.FAILURE, ":round": task_round})


def _values(task_round: int) -> dict[str, Any]:
    return {
        ":zero": 0,
        ":pending": Status.PENDING,
        ":started": Status.STARTED,
        ":retry": Status.RETRY,
        ":failure": Status.FAILURE,
        ":round": task_round,
    }
