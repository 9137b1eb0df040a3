"""Puts the events of final tasks on the event bus, and keeps what cannot be read in a queue.

Every function raises Unavailable where AWS does not respond, and ServiceFault where it refuses the call.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import queues
from chalicelib.aws import events, raise_error, sqs
from chalicelib.settings import settings
from chalicelib.tasks.events import SOURCE, TASK_FINISHED

#: Events of one call. Source: Amazon EventBridge API Reference, "PutEvents".
MAX_EVENTS = 10


def put(details: Sequence[dict[str, Any]]) -> tuple[int, str] | None:
    """Put events on the bus in one call. Return the position of the first refused event and the reason, or None."""
    entries: Any = [
        {
            "EventBusName": settings().event_bus,
            "Source": SOURCE,
            "DetailType": TASK_FINISHED,
            "Detail": json.dumps(detail, separators=(",", ":")),
        }
        for detail in details
    ]
    try:
        response = events().put_events(Entries=entries)
    except (BotoCoreError, ClientError) as error:
        raise_error("event bus", error)
    refusals = ((place, entry["ErrorCode"]) for place, entry in enumerate(response["Entries"]) if "ErrorCode" in entry)
    return next(refusals, None)


def keep_unreadable(keys: dict[str, Any], reason: str) -> None:
    """Send the keys of an item whose record cannot be read to the queue of what is not published."""
    body = json.dumps({"keys": keys, "error": reason})
    with queues.call():
        sqs().send_message(QueueUrl=settings().queue_urls["UNPUBLISHED_QUEUE_URL"], MessageBody=body)
