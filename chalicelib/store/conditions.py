"""The conditions for a message to change its task.

A round is how often a client queued a failed task again. Every message carries the round that it was sent in: a
message of a later round takes over a task that is FAILURE, and one of an earlier round changes nothing. A retry is
therefore complete once its messages are sent.

An Idempotency-Key that is used again after its task has expired gives another task the same id. The expiry tells them
apart: a message changes only the item that expires when its own task does.
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
_CHUNK = (
    f"expires_at = :expires_at AND remaining > :zero AND NOT contains(done, :chunk) AND ({_OPEN} OR {_FAILED_EARLIER})"
)


def is_open(message: Message) -> Condition:
    """Return the condition that a message may change its task."""
    if isinstance(message, ChunkMessage):
        values = _values(message.round) | {":chunk": message.chunk, ":expires_at": message.expires_at}
        return Condition(_CHUNK, _NAMES, values)
    return is_number_open(message.task_id, message.round, message.expires_at)


def is_number_open(task_id: str, task_round: int, expires_at: int) -> Condition:
    """Return the condition that a number's task is open in a round, or that all of a list is."""
    if not ids.is_keyed(task_id):  # no other task has its id, and it may have no item yet
        return Condition(_NUMBER, _NAMES, _values(task_round))
    values = _values(task_round) | {":expires_at": expires_at}
    return Condition(f"expires_at = :expires_at AND {_NUMBER}", _NAMES, values)


def has_failed_before(task_round: int, expires_at: int) -> Condition:
    """Return the condition that a task has failed in an earlier round."""
    values = {":failure": Status.FAILURE, ":round": task_round, ":expires_at": expires_at}
    return Condition(f"expires_at = :expires_at AND {_FAILED_EARLIER}", _NAMES, values)


def _values(task_round: int) -> dict[str, Any]:
    return {
        ":zero": 0,
        ":pending": Status.PENDING,
        ":started": Status.STARTED,
        ":retry": Status.RETRY,
        ":failure": Status.FAILURE,
        ":round": task_round,
    }
