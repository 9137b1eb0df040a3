"""The expected end of an open task, by what the task itself says.

It takes no call: the first estimate is in the task's id or in its item, and a consumer that works on the task writes a
new one with what it writes anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib import clock
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

#: A late task is expected after the larger of this time, in seconds, and this part of the time that it has taken.
MIN_LATE_SECONDS, LATE_PART = 1.0, 0.5
#: The finished chunks of a list that suffice to estimate its end.
ENOUGH_CHUNKS = 3


@dataclass(frozen=True, slots=True)
class Outlook:
    """The expected end of a task."""

    #: In seconds since 1970.
    at: float
    #: From now, in seconds.
    seconds: float
    #: Whether that is later than the first estimate, of the screening or of the proof.
    is_late: bool


def outlook(task: NumberTask | ListTask) -> Outlook | None:
    """Return the expected end of an open task; None if the task is final."""
    if task.status.is_final:
        return None
    now, submitted = clock.now(), clock.seconds(task.submitted_at)
    first = _first(task, submitted)
    at = first if task.expected_at is None else clock.seconds(task.expected_at)
    at = _by_progress(task, now) or at
    if at <= now:  # nobody knows why: what took so long may well take half as long again
        at = now + max(MIN_LATE_SECONDS, LATE_PART * (now - submitted))
    return Outlook(at, at - now, is_late=at > first)


def _first(task: NumberTask | ListTask, submitted: float) -> float:
    if task.promised_at is not None:
        return clock.seconds(task.promised_at)
    return submitted if ids.is_keyed(task.task_id) else ids.expected_at(task.task_id)


def _by_progress(task: NumberTask | ListTask, now: float) -> float | None:
    """Return when a list is expected to be final by the pace of its finished chunks."""
    if not isinstance(task, ListTask) or task.status is not Status.STARTED or task.started_at is None:
        return None
    done = task.chunks - task.remaining
    if done < ENOUGH_CHUNKS:
        return None
    # The list is started when its first chunk is finished.
    return now + (now - clock.seconds(task.started_at)) / (done - 1) * task.remaining
