"""How long the consumers of this process take for a message, and how long the messages had waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.store.history import Work

#: The time between two batches of a busy consumer is no longer than this, in seconds. A message that was sent with a
#: delay has waited for longer, although its consumer had nothing to do.
MAX_GAP_SECONDS = 1.0


@dataclass(slots=True)
class Pace:
    """When this process ended its last batch, in seconds since 1970; None before its first one."""

    ended: float | None = None

    def measure(self, records: Sequence[dict[str, Any]], started: float, ended: float) -> Work:
        """Return the work of a batch.

        A consumer is busy from the end of its batch before, where messages waited then: what passes between two
        batches belongs to the time that a message takes. Else it is busy since the first of its messages was sent.

        Args:
            records: the event's records. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
            started: when the batch was received, in seconds since 1970.
            ended: when it was settled.
        """
        sent = [min(_sent_at(record, started), started) for record in records]
        since = (
            started if self.ended is None else max(self.ended, min(sent, default=started), started - MAX_GAP_SECONDS)
        )
        self.ended = ended
        waited = sum(started - each for each in sent)
        return Work(len(records), max(round((ended - since) * 1000), 1), round(waited * 1000))


def _sent_at(record: dict[str, Any], default: float) -> float:
    """Return when a message was sent; the default for one that was received before, which an attempt has delayed."""
    attributes = record["attributes"]
    is_first = attributes.get("ApproximateReceiveCount", "1") == "1"
    return int(attributes["SentTimestamp"]) / 1000 if is_first and "SentTimestamp" in attributes else default


#: Of this process.
pace = Pace()
