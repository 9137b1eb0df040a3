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


def consume(event: Any, function: str, queue: Queue, handle: Handler) -> dict[str, Any]:  # noqa: ANN401 - SQSEvent
    """Handle the records of a Chalice SQS event and return the partial batch response.

    Args:
        event: Chalice's SQSEvent.
        function: the function's name in the log.
        queue: the queue that the records come from.
        handle: the consumer.
    """

    def remaining_seconds() -> float:
        return float(event.context.get_remaining_time_in_millis()) / 1000

    with Invocation(function) as invocation:
        batch = Batch(event.to_dict()["Records"], queue, invocation, remaining_seconds)
        handle(batch)
        throughput.add(queue, int(invocation.total("finished")))
        return batch.partial_batch_response()


@cache
def lower_priority(increment: int) -> None:
    """Lower the scheduling priority of this process, once.

    On one machine all functions share the cores: single numbers come before lists, and lists before proofs. On AWS a
    function shares no core, and this changes nothing. Source: Linux manual pages, nice(2).
    """
    os.nice(increment)
