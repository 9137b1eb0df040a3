"""What moves through the simulation: parcels of messages that were asked for at the same time, and queues of them."""

import math
from collections import Counter, deque
from dataclasses import dataclass, replace

import simpy

from benchmarks.scale.throttle import Bucket


@dataclass
class ListTask:
    """A list: it is final when its last chunk is."""

    asked: float
    remaining: int
    #: All items of a list have one partition key.
    partition: Bucket
    failed: bool = False


@dataclass(frozen=True)
class Parcel:
    """Messages that clients asked for at one time and that were received as often."""

    asked: float
    count: int
    #: Of a prime that is to be proved.
    bits: int = 0
    task: ListTask | None = None
    receives: int = 1

    def of(self, count: int) -> "Parcel":
        """Return so many of its messages."""
        return self if count == self.count else replace(self, count=count)


class Queue:
    """Parcels in the order in which they came; SQS keeps about that order."""

    def __init__(self, env: simpy.Environment) -> None:
        """Begin empty."""
        self.waiting = 0
        self._env = env
        self._parcels: deque[Parcel] = deque()
        self._arrival = env.event()

    def put(self, parcel: Parcel) -> None:
        """Add messages."""
        if parcel.count:
            self._parcels.append(parcel)
            self.waiting += parcel.count
            if not self._arrival.triggered:
                self._arrival.succeed()

    def arrival(self) -> simpy.Event:
        """Return an event of the next arrival; only one process may wait for it."""
        self._arrival = self._env.event()
        return self._arrival

    def take(self, count: int) -> list[Parcel]:
        """Take the first `count` messages, or all."""
        taken = []
        count = min(count, self.waiting)
        self.waiting -= count
        while count:
            parcel = self._parcels.popleft()
            if parcel.count > count:
                self._parcels.appendleft(parcel.of(parcel.count - count))
                parcel = parcel.of(count)
            taken.append(parcel)
            count -= parcel.count
        return taken


class Histogram:
    """Counts of seconds, in classes that are one part in a hundred wide."""

    _WIDTH = math.log(1.01)

    def __init__(self) -> None:
        """Begin empty."""
        self._counts: Counter[int] = Counter()
        self.total = 0

    def add(self, seconds: float, count: int = 1) -> None:
        """Count."""
        self._counts[round(math.log(max(seconds, 1e-6)) / self._WIDTH)] += count
        self.total += count

    def percentile(self, percent: float) -> float:
        """Return the seconds that `percent` of what was counted does not exceed; 0 where nothing was."""
        left = self.total * percent / 100
        for group, count in sorted(self._counts.items()):
            left -= count
            if left <= 1e-9:
                return math.exp(group * self._WIDTH)
        return 0.0
