"""The publisher: the function that reads the table's stream and publishes an event for each task that became final.

Lambda gives it records in the order of their writes, and gives them again from the first one that it names as failed,
as long as the stream keeps them: for 24 hours. So an event is published at least once.

Source: AWS Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda".
"""

from __future__ import annotations

from typing import Any

from chalicelib import publishing
from chalicelib.consumers.outcomes import caught
from chalicelib.settings import settings
from chalicelib.store.stream import StreamRecord, finished_task
from chalicelib.tasks.events import task_finished
from chalicelib.tasks.task import ListTask, NumberTask
from chalicelib.telemetry import Invocation


def publish(event: Any) -> dict[str, list[dict[str, str]]]:  # noqa: ANN401 - DynamoDBEvent
    """Publish the events of the records of a Chalice DynamoDB event and return the partial batch response."""
    return handle(event.to_dict()["Records"])


def handle(records: list[StreamRecord]) -> dict[str, list[dict[str, str]]]:
    """Publish the events of a batch of records and return the partial batch response."""
    with Invocation("publisher", {"records": len(records)}) as invocation:
        failed = _publish(records, invocation)
        return {"batchItemFailures": [] if failed is None else [{"itemIdentifier": failed}]}


def _publish(records: list[StreamRecord], invocation: Invocation) -> str | None:
    """Publish the events in their order; return the sequence number of the first record that must come again."""
    events: list[tuple[str, dict[str, Any]]] = []
    unkept = None
    for record in records:
        sequence = record["dynamodb"]["SequenceNumber"]
        task = caught(_read, record, invocation)
        if isinstance(task, Exception):  # it comes again
            invocation.lists["errors"].append(repr(task))
            unkept = sequence
            break
        if task is not None:
            events.append((sequence, task_finished(task, settings().api_url)))
    for start in range(0, len(events), publishing.MAX_EVENTS):
        group = events[start : start + publishing.MAX_EVENTS]
        refused = caught(publishing.put, [detail for _, detail in group])
        if isinstance(refused, Exception):  # the stream gives them again, for 24 hours
            refused = 0, repr(refused)
        if refused is not None:
            place, reason = refused
            invocation.lists["errors"].append(f"not published: {reason}")
            return group[place][0]
        invocation.lists["task_ids"] += [detail["task_id"] for _, detail in group]
    return unkept


def _read(record: StreamRecord, invocation: Invocation) -> NumberTask | ListTask | None:
    """Return the task that a record made final; None if there is none, or if its key is kept as unreadable.

    Raises:
        Unavailable: the queue of unpublished records does not respond.
        ServiceFault: AWS refuses the call.
    """
    task = caught(finished_task, record)
    if isinstance(task, Exception):  # it would be unreadable again, and keep the others waiting for a day
        invocation.lists["errors"].append(f"unreadable: {task!r}")
        publishing.keep_unreadable(record["dynamodb"]["Keys"], repr(task))
        return None
    return task
