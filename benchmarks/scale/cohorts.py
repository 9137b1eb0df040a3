"""Messages in the simulation: cohorts of messages that were submitted at the same time, and queues of cohorts."""

import math
from collections import Counter, deque
from dataclasses import dataclass, replace

import simpy

from benchmarks.scale.throttle import Bucket


@dataclass
class ListTask:
    """A list, which is final when its last chunk is."""

    submitted_at: float
    remaining: int
    #: All items of a list have one partition key.
    partition: Bucket
    failed: bool = False


@dataclass(frozen=True)
class Cohort:
    """Messages that were submitted at the same time and have the same receive count."""

    submitted_at: float
    count: int
    #: The bits of a prime that needs a proof, else 0.
    bits: int = 0
    task: ListTask | None = None
    receives: int = 1

    def of(self, count: int) -> "Cohort":
        """Return a cohort of `count` of its messages."""
        return self if count == self.count else replace(self, count=count)


class Queue:
    """Cohorts in the order of their arrival, which SQS approximately keeps."""

    def __init__(self, env: simpy.Environment) -> None:
        """Start empty."""
        self.waiting = 0
        self._env = env
        self._cohorts: deque[Cohort] = deque()
        self._arrival = env.event()

    def put(self, cohort: Cohort) -> None:
        """Add messages."""
        if cohort.count:
            self._cohorts.append(cohort)
            self.waiting += cohort.count
            if not self._arrival.triggered:
                self._arrival.succeed()

    def arrival(self) -> simpy.Event:
        """Return an event that occurs at the next arrival; only one process may wait for it."""
        self._arrival = self._env.event()
        return self._arrival

    def take(self, count: int) -> list[Cohort]:
        """Remove and return the first `count` messages, or all if there are fewer."""
        taken = []
        count = min(count, self.waiting)
        self.waiting -= count
        while count:
            cohort = self._cohorts.popleft()
            if cohort.count > count:
                self._cohorts.appendleft(cohort.of(cohort.count - count))
                cohort = cohort.of(count)
            taken.append(cohort)
            count -= cohort.count
        return taken


class Histogram:
    """Counts of durations, in classes with a width of 1 %."""

    _WIDTH = math.log(1.01)

    def __init__(self) -> None:
        """Start empty."""
        self._counts: Counter[int] = Counter()
        self.total = 0

    def add(self, seconds: float, count: int = 1) -> None:
        """Count a duration `count` times."""
        self._counts[round(math.log(max(seconds, 1e-6)) / self._WIDTH)] += count
        self.total += count

    def percentile(self, percent: float) -> float:
        """Return the seconds that `percent` of the durations do not exceed, or 0 if there are none."""
        left = self.total * percent / 100
        for group, count in sorted(self._counts.items()):
            left -= count
            if left <= 1e-9:
                return math.exp(group * self._WIDTH)
        return 0.0
