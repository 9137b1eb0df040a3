"""The JSON Schemas of the queues and of the pages of tasks."""

from __future__ import annotations

from chalicelib.api import limits
from chalicelib.api.schema_parts import (
    COUNT,
    ID,
    NEXT_PAGE,
    OPTIONAL_TEXT,
    TIME,
    Schema,
    cursor,
    nullable,
    object_of,
    ref,
)
from chalicelib.queues import Queue
from chalicelib.store.history import COUNTED, STEP_SECONDS, STEPS
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import Kind

_STEPS = {"type": "array", "items": COUNT, "minItems": STEPS, "maxItems": STEPS}
_SECONDS = {"type": ["number", "null"], "minimum": 0}

QUEUE_SCHEMAS: Schema = {
    "Counts": object_of(
        {
            "waiting": COUNT,
            "in_flight": COUNT,
            "delayed": COUNT,
            "slots": {
                "type": ["integer", "null"],
                "minimum": 1,
                "description": "How many messages the queue's consumers can hold at once, null if that is not known.",
            },
            "expected_seconds": {
                **_SECONDS,
                "description": "How long a message that is sent now is expected to wait; null for the dead letters.",
            },
            "oldest_seconds": {
                **_SECONDS,
                "description": "About how long the oldest waiting message has waited, from the waits of those that the"
                " consumers took last; null if they took none for 15 minutes.",
            },
        }
    ),
    "History": object_of(
        {
            "step_seconds": {"const": STEP_SECONDS},
            "until": {**TIME, "description": "When the last step ends."},
            "numbers": {
                **object_of({queue.value: _STEPS for queue in COUNTED}),
                "description": "How many numbers were finished in each step, the oldest first.",
            },
        }
    ),
    "FailedTask": object_of(
        {
            "task_id": ID,
            "subject": {**OPTIONAL_TEXT, "description": "The number, shortened, or the chunk of the list."},
            "error": OPTIONAL_TEXT,
            "attempts": COUNT,
            "finished_at": TIME,
        }
    ),
    "Queues": object_of(
        {
            "queues": object_of({queue.value: ref("Counts") for queue in Queue}),
            "history": ref("History"),
            "failed": {"type": "array", "items": ref("FailedTask")},
            "next": cursor(limits.TIME_PATTERN, "The cursor of the next page of failed tasks."),
        }
    ),
    "TaskSummary": object_of(
        {
            "task_id": ID,
            "status": {"enum": list(Status)},
            "kind": {"enum": list(Kind), "description": "What was submitted."},
            "queue": {"enum": list(Queue), "description": "The queue that the task is in, or was in last."},
            "subject": {
                **OPTIONAL_TEXT,
                "description": "The number as it was sent, shortened; of a search `next prime of` it; of a list null,"
                " or the chunk that failed.",
            },
            "total": nullable(COUNT) | {"description": "How many numbers a list has."},
            "finished": nullable(COUNT) | {"description": "How many of them are finished."},
            "error": {**OPTIONAL_TEXT, "description": "Why the last attempt, or the task, failed."},
            "attempts": COUNT,
            "submitted_at": TIME,
            "finished_at": nullable(TIME),
            "expires_at": TIME,
        }
    ),
    "TaskPage": object_of(
        {
            "tasks": {"type": "array", "items": ref("TaskSummary"), "maxItems": limits.MAX_PAGE_TASKS},
            "next": cursor(limits.TASK_CURSOR_PATTERN, NEXT_PAGE),
        }
    ),
}
