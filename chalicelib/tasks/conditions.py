"""The conditions under which a message may change its task, as DynamoDB reads them.

`retries` counts how often a failed task was queued again, and every message carries the count it was sent
with: one of a later round takes a FAILURE up again, one of an earlier round changes nothing. So a retry is
one SendMessage and cannot be half done.
"""

from __future__ import annotations

from chalicelib.tasks import ids, states
from chalicelib.tasks.messages import Message
from chalicelib.tasks.task import Item

NAMES = {"#status": "status"}

_OPEN = "#status IN (:pending, :started, :retry)"
_TAKEN_UP = "(#status = :failure AND retries < :retries)"

#: A single number's task is open. One without a record is a task that nobody has said anything about yet.
_SINGLE = (
    f"(attribute_not_exists(#status) OR ({_OPEN} AND (attribute_not_exists(retries) OR retries <= :retries))"
    f" OR {_TAKEN_UP}) AND (attribute_not_exists(remaining) OR remaining > :zero)"
)
#: A list is open and this chunk of it is not done. Chunks fail one by one, each in its own round.
_CHUNK = f"remaining > :zero AND NOT contains(done, :chunk) AND ({_OPEN} OR {_TAKEN_UP})"


def is_open(message: Message) -> str:
    """Return the condition that the message's task can still be changed by it."""
    if message.is_chunk:
        return _CHUNK
    # A task with an Idempotency-Key has had a record from the start: without one it has expired.
    return f"attribute_exists(task_id) AND {_SINGLE}" if ids.is_keyed(message.task_id) else _SINGLE


def values(message: Message) -> Item:
    """Return the values that the condition names."""
    named: Item = {
        ":zero": {"N": "0"},
        ":pending": {"S": states.PENDING},
        ":started": {"S": states.STARTED},
        ":retry": {"S": states.RETRY},
        ":failure": {"S": states.FAILURE},
        ":retries": {"N": str(message.retries)},
    }
    return named | {":chunk": {"N": str(message.chunk)}} if message.is_chunk else named


#: A chunk's results may be counted: also in a list that another chunk has failed, so that a retry of that
#: chunk is all that is left to do, but not in one that was cancelled, and only once.
COUNTABLE = "attribute_exists(task_id) AND #status <> :revoked AND NOT contains(done, :chunk)"
