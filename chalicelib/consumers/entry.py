"""What every consumer's function does around its batch."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

from chalicelib.consumers.batch import Batch
from chalicelib.consumers.throughput import throughput
from chalicelib.queues import Queue
from chalicelib.telemetry import Invocation

Handler = Callable[[Batch], None]

#: By how much the consumers of each queue lower their scheduling priority. On one machine all functions share the
#: cores with the API and the emulator, which come first: they pass on what the consumers work on. Then come single
#: numbers, short proofs, lists and long proofs. On AWS a function shares no core, and this changes nothing.
NICENESS = {Queue.TASKS: 4, Queue.DEAD_LETTERS: 4, Queue.PROOFS: 8, Queue.LISTS: 12, Queue.LONG_PROOFS: 18}


def consume(event: Any, function: str, queue: Queue, handle: Handler) -> dict[str, Any]:  # noqa: ANN401 - SQSEvent
    """Handle the records of a Chalice SQS event and return the partial batch response.

    Args:
        event: Chalice's SQSEvent.
        function: the function's name in the log.
        queue: the queue that the records come from.
        handle: the consumer.
    """
    _lower_priority(NICENESS[queue])

    def remaining_seconds() -> float:
        return float(event.context.get_remaining_time_in_millis()) / 1000

    with Invocation(function) as invocation:
        batch = Batch(event.to_dict()["Records"], queue, invocation, remaining_seconds)
        handle(batch)
        throughput.add(queue, int(invocation.total("finished")))
        return batch.partial_batch_response()


@cache
def _lower_priority(increment: int) -> None:
    """Lower the scheduling priority of this process, once. Source: Linux manual pages, nice(2)."""
    os.nice(increment)
