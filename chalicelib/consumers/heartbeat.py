"""What keeps a message from other consumers while a long computation for it runs."""

from __future__ import annotations

from chalicelib.consumers.batch import Batch, Record

#: The visibility timeout that a heartbeat sets, in seconds: after a consumer is killed, its message is delivered
#: again within this time. The queue's own timeout covers the longest computation if no heartbeat succeeds.
HEARTBEAT_TIMEOUT_SECONDS = 60
#: The time between two heartbeats, in seconds. Each also writes the progress and finds out about a cancel.
HEARTBEAT_SECONDS = 4.0


class Cancelled(Exception):
    """The task is not open: its result is not needed."""


def send_heartbeat(batch: Batch, record: Record) -> None:
    """Renew the visibility timeout of a message."""
    batch.set_visibility_timeout(record.receipt_handle, HEARTBEAT_TIMEOUT_SECONDS)
