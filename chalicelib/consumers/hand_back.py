"""Giving back a message that was not started."""

from __future__ import annotations

from chalicelib import queues
from chalicelib.consumers.batch import Batch, Record


def hand_back(batch: Batch, record: Record) -> None:
    """Give back a message for which the function's time does not suffice.

    A message that was never tried is sent anew, so that its receives are not used up. One that was tried before is
    delivered again at once, which takes one of its receives.
    """
    batch.invocation.count("handed_back")
    if record.receive_count > 1:
        batch.deliver_again(record)
        return
    try:
        queues.send_all(batch.queue, [record.message])
    except Exception as error:  # noqa: BLE001 - it is delivered again in another way
        batch.deliver_again(record, f"{type(error).__name__}: {error}")
