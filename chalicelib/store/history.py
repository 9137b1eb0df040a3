"""How many numbers each queue's consumers finished, in steps of ten seconds.

A step is an item of its own, spread over a few partition keys, because one key takes 1,000 writes per second. Source:
Amazon DynamoDB Developer Guide, "Best practices for designing and using partition keys".
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.queues import Queue
from chalicelib.store import table

STEP_SECONDS = 10
#: The steps that are read: 15 minutes.
STEPS = 90
#: How long an item is kept, in seconds.
KEEP_SECONDS = 3_600
SHARDS = 4

#: The queues whose consumers finish numbers.
QUEUES = (Queue.TASKS, Queue.LISTS, Queue.PROOFS, Queue.LONG_PROOFS)


@dataclass(frozen=True, slots=True)
class History:
    """The numbers that were finished in the last steps."""

    #: When the last step ends, in seconds since 1970.
    until: int
    #: The numbers of each step, the oldest first.
    numbers: dict[Queue, list[int]]


def add(counts: Mapping[Queue, int]) -> None:
    """Add to the current step.

    Raises:
        Unavailable: the table does not respond.
    """
    now = int(clock.now())
    table.update(
        _key(random.randrange(SHARDS)),  # noqa: S311 - spreads the load, no secret
        now // STEP_SECONDS,
        f"ADD {', '.join(f'{queue} :{queue}' for queue in counts)} SET expires_at = :expiry",
        {f":{queue}": count for queue, count in counts.items()} | {":expiry": now + KEEP_SECONDS},
    )


def read() -> History:
    """Return the last steps, the current one included.

    Raises:
        Unavailable: the table does not respond.
    """
    last = int(clock.now()) // STEP_SECONDS
    first = last - STEPS + 1
    numbers = {queue: [0] * STEPS for queue in QUEUES}
    for shard in range(SHARDS):
        for item in table.parts(_key(shard), first, STEPS):
            step = int(item["part"]) - first
            for queue in QUEUES:
                if step < STEPS:
                    numbers[queue][step] += int(item.get(queue, 0))
    return History((last + 1) * STEP_SECONDS, numbers)


def _key(shard: int) -> str:
    return f"history:{shard}"
