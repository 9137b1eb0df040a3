"""The history of the queues in steps of ten seconds: the numbers that were finished, and the time that messages took.

A process counts what it finishes and writes it at most once a second. A step is an item of its own, spread over a few
partition keys, because one key takes 1,000 writes per second. Source: Amazon DynamoDB Developer Guide, "Best practices
for designing and using partition keys".
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from chalicelib import clock
from chalicelib.concurrently import in_parallel
from chalicelib.queues import Queue
from chalicelib.store import table

STEP_SECONDS = 10
#: The steps that are read: 15 minutes.
STEPS = 90
#: How long an item is kept, in seconds.
KEEP_SECONDS = 3_600
SHARDS = 4
#: The time between two writes of a process, in seconds.
MIN_INTERVAL_SECONDS = 1.0
#: The time between two batches of a busy consumer is no longer than this, in seconds. A message that was sent with a
#: delay has waited for longer, although its consumer had nothing to do.
MAX_GAP_SECONDS = 1.0

#: The queues whose consumers finish numbers.
COUNTED = tuple(queue for queue in Queue if queue is not Queue.DEAD_LETTERS)
#: The attributes of a step that are not counts.
_OTHERS = frozenset({"task_id", "part", "expires_at"})


class Work(NamedTuple):
    """The work of a queue's consumers, in one batch or in one step."""

    #: Messages that were received and settled.
    messages: int = 0
    #: The time that their consumers took for them, in milliseconds.
    busy_ms: int = 0
    #: The time that they had waited in the queue, in milliseconds; those that were received before count as 0.
    waited_ms: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """The work and the finished numbers of the last steps."""

    #: When the last step ends, in seconds since 1970.
    until: int
    #: The numbers of each step, the oldest first.
    numbers: dict[Queue, list[int]]
    #: The messages of each step, the oldest first.
    work: dict[Queue, list[Work]] = field(default_factory=dict)


NOTHING = Work()


class Throughput:
    """The counts that are not written yet. Its methods may be called by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._last_write = -MIN_INTERVAL_SECONDS
        self._timer: threading.Timer | None = None
        #: When the last batch ended, in seconds since 1970; None before the first one.
        self._ended: float | None = None

    def add_batch(self, queue: Queue, numbers: int, sent: Sequence[float], started: float) -> None:
        """Count the finished numbers and the messages of a batch that has ended.

        Args:
            queue: the queue.
            numbers: the finished numbers.
            sent: when each message was sent, in seconds since 1970.
            started: when the batch was received, in seconds since 1970.
        """
        self.add(queue, numbers, self.measure(sent, started, clock.now()))

    def measure(self, sent: Sequence[float], started: float, ended: float) -> Work:
        """Return the work of a batch.

        A consumer is busy from the end of its batch before, where messages waited then: what passes between two
        batches belongs to the time that a message takes. Else it is busy since the first of its messages was sent.
        """
        since = started
        if self._ended is not None:
            since = max(self._ended, min(sent, default=started), started - MAX_GAP_SECONDS)
        self._ended = ended
        waited = sum(started - each for each in sent)
        return Work(len(sent), max(round((ended - since) * 1000), 1), round(waited * 1000))

    def add(self, queue: Queue, numbers: int, work: Work = NOTHING) -> None:
        """Count finished numbers and settled messages. They are written at once, or a second after the last write.

        AWS freezes a function after its response: a write that is due then is made during the next invocation.
        """
        added = {queue.value: numbers, **{_attribute(queue, name): count for name, count in work._asdict().items()}}
        if queue not in COUNTED or not any(added.values()):
            return
        with self._lock:
            self._counts.update(added)
            if self._timer is not None:
                return
            seconds = self._last_write + MIN_INTERVAL_SECONDS - time.monotonic()
            if seconds > 0:
                self._timer = threading.Timer(seconds, self.flush)
                self._timer.daemon = True
                self._timer.start()
                return
        self.flush()

    def flush(self) -> None:
        """Write the counts. Counts that cannot be written are kept for the next write."""
        with self._lock:
            self._timer = None
            self._last_write = time.monotonic()
            counts, self._counts = +self._counts, Counter()
        if not counts:
            return
        try:
            add(counts)
        except Exception:  # noqa: BLE001 - the history is not worth a failed invocation
            with self._lock:
                self._counts.update(counts)


#: The counts of this process.
throughput = Throughput()


def add(counts: Mapping[str, int]) -> None:
    """Add counts to the current step, by the attributes of `Throughput.add`."""
    now = int(clock.now())
    table.update(
        _key(secrets.randbelow(SHARDS)),
        now // STEP_SECONDS,
        f"ADD {', '.join(f'{queue} :{queue}' for queue in counts)} SET expires_at = :expiry",
        {f":{queue}": count for queue, count in counts.items()} | {":expiry": now + KEEP_SECONDS},
    )


def read() -> History:
    """Return the last steps, the current one included."""
    last = int(clock.now()) // STEP_SECONDS
    first = last - STEPS + 1
    steps: list[Counter[str]] = [Counter() for _ in range(STEPS)]
    for items in in_parallel([partial(table.parts, _key(shard), first, STEPS) for shard in range(SHARDS)]):
        for item in items:
            step = int(item["part"]) - first
            if step < STEPS:
                steps[step].update({name: int(count) for name, count in item.items() if name not in _OTHERS})
    return History(
        (last + 1) * STEP_SECONDS,
        {queue: [counts[queue] for counts in steps] for queue in COUNTED},
        {queue: [_work(queue, counts) for counts in steps] for queue in COUNTED},
    )


def _work(queue: Queue, counts: Counter[str]) -> Work:
    return Work(*(counts[_attribute(queue, name)] for name in Work._fields))


def _attribute(queue: Queue, name: str) -> str:
    return f"{queue}_{name}"


def _key(shard: int) -> str:
    return f"history:{shard}"
