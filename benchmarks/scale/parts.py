"""The parts of the model that keep count: token buckets, messages, the table, and the run with its outcome."""

import random
from collections import Counter, deque
from collections.abc import Generator
from dataclasses import dataclass, field, replace

import simpy

from benchmarks.scale import limits
from benchmarks.scale.template import Deployment
from benchmarks.scale.work import Work

Process = Generator[simpy.Event, None, None]

#: Requests that arrive in a tick, and batches of single numbers that start in it, are one event.
TICK_SECONDS = 0.05
#: How long an invocation holds its environment at least: a little less than two ticks, so that it is free at the next.
HOLD_SECONDS = 0.999 * limits.INVOCATION_SECONDS


@dataclass
class Bucket:
    """A token bucket: `rate` tokens per second, at most `depth` at once. It is full at the start."""

    rate: float
    depth: float
    tokens: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        """Fill the bucket."""
        self.tokens = self.depth

    def take(self, now: float, wanted: int, each: int = 1) -> int:
        """Take `each` tokens up to `wanted` times and return how many times they were there."""
        self.tokens = min(self.depth, self.tokens + self.rate * (now - self.at))
        self.at = now
        taken = min(wanted, int((self.tokens + 1e-9) / each))
        self.tokens -= taken * each
        return taken


@dataclass
class ListTask:
    """A list, which is final when its last chunk is. All of its items have one partition key."""

    remaining: int
    failed: bool = False
    partition: Bucket = field(default_factory=lambda: Bucket(limits.PARTITION_WRITES, limits.PARTITION_WRITES))


@dataclass(frozen=True)
class Messages:
    """Messages of tasks that were submitted at the same time.

    Attributes:
        submitted_at: the time of the clients' first attempt.
        count: how many.
        list: the list whose chunks they are, if any.
        put_offs: how often they were put off.
    """

    submitted_at: float
    count: int
    list: ListTask | None = None
    put_offs: int = 0


@dataclass
class Waiting:
    """Messages, or the clients that send them, in the order of their arrival, which SQS approximately keeps."""

    count: int = 0
    _messages: deque[Messages] = field(default_factory=deque)

    def put(self, messages: Messages) -> None:
        """Add messages at the end."""
        self._messages.append(messages)
        self.count += messages.count

    def take(self, count: int) -> list[Messages]:
        """Remove and return the first `count` messages, or all that there are."""
        taken: list[Messages] = []
        while count and self._messages:
            first = self._messages.popleft()
            part = min(count, first.count)
            if part < first.count:
                self._messages.appendleft(replace(first, count=first.count - part))
            taken.append(replace(first, count=part))
            self.count -= part
            count -= part
        return taken


class Table:
    """An on-demand table. Capacity that was unused before does not accumulate."""

    def __init__(self, capacity: int) -> None:
        """Start with the capacity of a new table, or with its warm throughput."""
        self._bucket = Bucket(capacity, capacity)
        self._second = self._this_second = 0
        self._peak, self._grown_at = 0, 0.0
        #: The limit that throttled last, and when.
        self.limit, self.throttled_at = "", -1.0

    def write(self, now: float, wanted: int, units: int, partition: Bucket | None = None) -> int:
        """Write up to `wanted` items of `units` each and return how many are written; the others are throttled."""
        if now >= self._grown_at + limits.TABLE_GROWTH_SECONDS:
            self._grown_at += limits.TABLE_GROWTH_SECONDS
            grown = max(self._bucket.rate, min(2 * self._peak, limits.TABLE_QUOTA_WRITES))
            self._bucket.rate = self._bucket.depth = grown
        in_partition = partition.take(now, wanted, units) if partition else wanted
        written = self._bucket.take(now, in_partition, units)
        if partition:
            partition.tokens += (in_partition - written) * units
        if written < wanted:
            self.limit = f"write units of {'the table' if written < in_partition else 'a partition'}"
            self.throttled_at = now
        if int(now) != self._second:
            self._peak = max(self._peak, self._this_second)
            self._second, self._this_second = int(now), 0
        self._this_second += written * units
        return written


class Run:
    """What the parts of a run share, and its outcome: counts of submits, latencies, and what caused waiting."""

    def __init__(self, deployment: Deployment, work: Work, submits: int) -> None:
        """Begin with `submits` that are open."""
        self.env = simpy.Environment()
        self.deployment, self.work, self.open = deployment, work, submits
        self.table = Table(deployment.limits["WarmThroughput"])
        self.source = random.Random(20261124)
        self.final = self.failed = self.refused = self.api_environments = 0
        self.ended = 0.0
        self._latencies: Counter[float] = Counter()
        #: The seconds that messages and clients waited for each limit in total, and when the first of them did.
        self._waits: dict[str, float] = {}
        self.first_wait: dict[str, float] = {}

    def wait(self, limit: str, count: int, seconds: float) -> None:
        """Record that messages or clients wait for a limit."""
        if count:
            self._waits[limit] = self._waits.get(limit, 0.0) + count * seconds
            self.first_wait.setdefault(limit, self.env.now)

    def finish(self, messages: Messages, *, failed: bool = False) -> None:
        """Count messages as finished; a list counts once, with its last chunk."""
        count, self.ended = messages.count, self.env.now
        if messages.list is not None:
            messages.list.failed |= failed
            messages.list.remaining -= count
            if messages.list.remaining:
                return
            count, failed = 1, messages.list.failed
        self.open -= count
        if failed:
            self.failed += count
        else:
            self.final += count
            self._latencies[float(f"{self.env.now - messages.submitted_at:.3g}")] += count

    def percentile(self, percent: int) -> float:
        """Return the latency in seconds that `percent` of the final submits did not exceed."""
        rank = self.final * percent / 100
        for seconds in sorted(self._latencies):
            rank -= self._latencies[seconds]
            if rank <= 0:
                return seconds
        return 0.0

    def limits(self) -> list[str]:
        """Return the limits that caused at least 5 % of all waiting, in the order in which they first did."""
        least = sum(self._waits.values()) / 20
        return sorted(
            (name for name, waited in self._waits.items() if waited >= least), key=self.first_wait.__getitem__
        )
