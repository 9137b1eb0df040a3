"""The records of the table's stream: which of them is the write that made a task final.

Source: Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB Streams".
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from chalicelib.store import items, table
from chalicelib.store.table import Item
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

#: A record, as Lambda gets it: with the item before and after the write.
StreamRecord = dict[str, Any]


def finished_task(record: StreamRecord) -> NumberTask | ListTask | None:
    """Return the task that a write made final, or None.

    An item that is final already may be written again: a chunk is counted in a list that another chunk failed. It is
    final anew where it ended at another time: a retry may fail, or succeed, before the task is written as PENDING.

    Raises:
        Exception: the item is none that this version of the code writes.
    """
    change = record["dynamodb"]
    item = _item(change.get("NewImage", {}))  # none of an item that was deleted, or expired
    # Other items are certificates, chunks, and what belongs to no task.
    if item.get("part") != table.TASK or not ids.is_well_formed(item["task_id"]):
        return None
    end = _end(item)
    if end is None or ("OldImage" in change and end == _end(_item(change["OldImage"]))):
        return None
    return items.written_task(item)


def _item(image: Item) -> Item:
    """Return the item of an image: in the JSON of Lambda's events, bytes are base64."""
    return table.from_wire(
        {
            name: {kind: b64decode(value) if kind == "B" else value}
            for name, attribute in image.items()
            for kind, value in attribute.items()
        }
    )


def _end(item: Item) -> tuple[Status, str] | None:
    """Return how and when a task ended; None if it is open."""
    status = items.written_status(item)
    if not status.is_final:
        return None
    is_counted = "chunks" in item and status is Status.SUCCESS
    return status, item["counted_at" if is_counted else "finished_at"]
