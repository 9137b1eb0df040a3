"""The lifetime of a task and of its messages. All times are seconds since 1970.

A task keeps the expiry that it gets at its submission: every item of it expires then, and every message of it carries
that time. So the expiry also tells the submissions of an Idempotency-Key apart: a later one begins when the earlier one
has expired.

    submitted                        messages end     overdue                    expires
       |------- it is worked on ----------|--- one hour --|--- FAILURE can be read ----|
"""

from __future__ import annotations

import math

from chalicelib import clock

#: The messages of a task end this long before the task: the time in which a client can read that it was not processed.
#: A task is kept for a day at least, so that its messages live for half of one. The consumers drop a message that has
#: ended. The queues keep every message for 14 days, so that no setting deletes one that was accepted.
MESSAGES_END_BEFORE_SECONDS = 12 * 3_600
#: A task that is not final is FAILURE this long after its messages ended, so that a consumer that began before the
#: end has finished: a function runs for 15 minutes at most, and the clocks of two machines differ.
OVERDUE_AFTER_SECONDS = 3_600
#: The error of such a task.
OVERDUE = "Not processed in time: send it again with POST /. If it had an Idempotency-Key, use a new one."


def expiry(submitted_at: float, retention_seconds: int) -> int:
    """Return when a task expires."""
    return math.ceil(submitted_at) + retention_seconds


def overdue_at(expires_at: int) -> int:
    """Return from when on a task that is not final is FAILURE."""
    return expires_at - MESSAGES_END_BEFORE_SECONDS + OVERDUE_AFTER_SECONDS


def is_overdue(expires_at: int) -> bool:
    """Return whether a task that is not final is FAILURE."""
    return clock.now() >= overdue_at(expires_at)


def overdue_until(retention_days: int) -> float:
    """Return the latest submission of a task that is FAILURE if it is not final."""
    return clock.now() - retention_days * 86_400 + MESSAGES_END_BEFORE_SECONDS - OVERDUE_AFTER_SECONDS


def have_messages_ended(expires_at: int) -> bool:
    """Return whether the messages of a task change nothing any more."""
    return clock.now() >= expires_at - MESSAGES_END_BEFORE_SECONDS


def has_expired(expires_at: int) -> bool:
    """Return whether a task has expired: DynamoDB deletes its items up to days later."""
    return clock.now() >= expires_at
