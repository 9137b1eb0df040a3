"""The publisher: the function that reads the table's stream and publishes an event for each task that became final.

Lambda gives it records in the order of their writes, and gives them again from the first one that it names as failed,
as long as the stream keeps them: for 24 hours. So an event is published at least once.

Source: AWS Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda".
"""

from __future__ import annotations

from typing import Any

from chalicelib import publishing
from chalicelib.consumers.settle import lower_priority
from chalicelib.settings import settings
from chalicelib.store.stream import StreamRecord, finished_task
from chalicelib.tasks.events import task_finished
from chalicelib.telemetry import Invocation

#: By how much the function lowers its scheduling priority on one machine: as the worker, behind the API.
NICENESS = 4


def publish(event: Any) -> dict[str, list[dict[str, str]]]:  # noqa: ANN401 - DynamoDBEvent
    """Publish the events of the records of a Chalice DynamoDB event and return the partial batch response."""
    lower_priority(NICENESS)
    return handle(event.to_dict()["Records"])


def handle(records: list[StreamRecord]) -> dict[str, list[dict[str, str]]]:
    """Publish the events of a batch of records and return the partial batch response."""
    with Invocation("publisher", {"records": len(records)}) as invocation:
        failed = _publish(records, invocation)
        return {"batchItemFailures": [] if failed is None else [{"itemIdentifier": failed}]}


def _publish(records: list[StreamRecord], invocation: Invocation) -> str | None:
    """Publish the events in their order; return the sequence number of the first record that must come again."""
    sequences: list[str] = []
    details: list[dict[str, Any]] = []
    unkept = None
    for record in records:
        sequence = record["dynamodb"]["SequenceNumber"]
        try:
            task = finished_task(record)
        except Exception as error:  # noqa: BLE001 - it would be unreadable again, and keep the others waiting for a day
            invocation.lists["errors"].append(f"unreadable: {error!r}")
            try:
                publishing.keep_unreadable(record["dynamodb"]["Keys"], repr(error))
            except Exception as error:  # noqa: BLE001 - it comes again
                invocation.lists["errors"].append(repr(error))
                unkept = sequence
                break
        else:
            if task is not None:
                sequences.append(sequence)
                details.append(task_finished(task, settings().api_url))
    for start in range(0, len(details), publishing.MAX_EVENTS):
        group = details[start : start + publishing.MAX_EVENTS]
        try:
            refused = publishing.put(group)
        except Exception as error:  # noqa: BLE001 - the stream gives them again, for 24 hours
            refused = 0, repr(error)
        if refused is not None:
            invocation.lists["errors"].append(f"not published: {refused[1]}")
            return sequences[start + refused[0]]
        invocation.lists["task_ids"] += [detail["task_id"] for detail in group]
    return unkept
