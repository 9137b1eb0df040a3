"""A SimPy model of the deployed service: the API, a mapping for each queue, and the table that all of them write to.

Requests that arrive in the same tick are one cohort, and batches of single numbers that start at the same time are one
event. Chunks of lists and proofs are simulated invocation by invocation. Reads are not simulated.
"""

import random
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import count as counter
from math import ceil

import simpy

from benchmarks.scale import limits
from benchmarks.scale.cohorts import Cohort, Histogram, ListTask
from benchmarks.scale.mapping import Mapping
from benchmarks.scale.measured import Measured
from benchmarks.scale.template import CONSUMERS, Deployment
from benchmarks.scale.throttle import Account, Bucket, Environments, Gateway, Table
from benchmarks.scale.work import LIST_CHUNKS, Work

Process = Generator[simpy.Event, None, None]

#: Requests arrive in ticks of this length, or of a longer one so that a scenario has at most this many ticks.
TICK_SECONDS = 0.01
MAX_TICKS = 180_000
#: A run ends after a day at the latest.
MAX_SECONDS = 86_400.0


@dataclass(frozen=True)
class Traffic:
    """What clients send: `count` submits, spread evenly over `seconds`, or all at once if that is 0."""

    kind: str  # "number", "list" or "proof"
    count: int
    seconds: float = 0.0
    #: The bits of the primes to prove, which alternate.
    bits: tuple[int, ...] = ()

    @property
    def sends_again(self) -> bool:
        """Whether a refused request is sent again until it is accepted: in a burst, but not in a steady load."""
        return not self.seconds


@dataclass
class Usage:
    """The quantities that AWS charges for."""

    requests: int = 0
    invocations: int = 0
    gb_seconds: float = 0.0
    sqs_requests: float = 0.0
    writes: int = 0
    consumer_invocations: int = 0


@dataclass(frozen=True)
class Sample:
    """The state at one time: how many clients had a request refused, and how many messages each queue holds."""

    at: float
    clients: int
    waiting: dict[str, int]


@dataclass
class Outcome:
    """The outcome of a run."""

    latency: Histogram = field(default_factory=Histogram)
    final: int = 0
    failed: int = 0
    refused: int = 0
    ended: float = 0.0
    peak_concurrency: int = 0
    usage: Usage = field(default_factory=Usage)
    samples: list[Sample] = field(default_factory=list)
    #: The seconds that messages and requests waited for each limit in total, and when the first of them did.
    waits: dict[str, float] = field(default_factory=dict)
    first_wait: dict[str, float] = field(default_factory=dict)


class Simulation:
    """One run of the model."""

    def __init__(self, deployment: Deployment, traffic: Traffic, measured: Measured, seed: int = 20261124) -> None:
        """Create the parts of the model."""
        self.env = simpy.Environment()
        self.deployment, self.traffic = deployment, traffic
        self.outcome = Outcome()
        self.source = random.Random(seed)
        self.work = Work(measured, deployment, self.source)
        self.table = Table(deployment.table_writes)
        self.account = Account(deployment.concurrency)
        self.mappings = {queue: Mapping(self, queue) for queue in CONSUMERS}
        self._api = Environments(self.account)
        self._gateway = Gateway(
            Bucket(deployment.account_requests, limits.ACCOUNT_BURST_REQUESTS),
            Bucket(deployment.rate_limit, deployment.burst_limit),
            deployment.daily_quota,
        )
        self._clients: deque[Cohort] = deque()
        self._refused_now = 0
        self._open = traffic.count
        self._done = self.env.event()

    def run(self) -> Outcome:
        """Simulate until every submit is final, failed or refused, or a day has passed."""
        self.env.process(self._arrivals())
        self.env.process(self._sample())
        self.env.run(self._done | self.env.timeout(MAX_SECONDS))
        self.outcome.ended = self.env.now
        self.outcome.usage.writes = self.table.written
        self.outcome.peak_concurrency = self.account.peak
        return self.outcome

    def record_wait(self, limit: str, count: int, seconds: float) -> None:
        """Record that `count` messages or requests wait for a limit, each for `seconds`."""
        if count:
            self.outcome.waits[limit] = self.outcome.waits.get(limit, 0.0) + count * seconds
            self.outcome.first_wait.setdefault(limit, self.env.now)

    def finish(self, cohort: Cohort, at: float, *, failed: bool = False) -> None:
        """Count messages as finished at the time `at`; a list counts once, with its last chunk."""
        count = cohort.count
        if cohort.task is not None:
            cohort.task.failed |= failed
            cohort.task.remaining -= count
            if cohort.task.remaining:
                return
            count, failed = 1, cohort.task.failed
        if failed:
            self.outcome.failed += count
        else:
            self.outcome.final += count
            self.outcome.latency.add(at - cohort.submitted_at, count)
        self._close(count)

    def charge(self, function: str, invocations: int, seconds: float) -> None:
        """Count invocations of a function that take `seconds` each."""
        usage = self.outcome.usage
        usage.invocations += invocations
        usage.gb_seconds += invocations * seconds * self.deployment.memory[function] / 1024
        if function != "api":
            usage.consumer_invocations += invocations

    def _close(self, count: int) -> None:
        self._open -= count
        if not self._open:
            self._done.succeed()

    def _arrivals(self) -> Process:
        """Let requests arrive tick by tick, and the API accept those that the limits allow."""
        expected = max(self.traffic.seconds, self.traffic.count / self.deployment.rate_limit)
        tick = max(TICK_SECONDS, expected / MAX_TICKS)
        arrived = 0
        for number in counter():
            part = min((number + 1) * tick / self.traffic.seconds, 1.0) if self.traffic.seconds else 1.0
            arrivals = round(part * self.traffic.count) - arrived
            arrived += arrivals
            self._arrive(arrivals)
            self._accept(tick)
            if arrived == self.traffic.count and not self._clients:
                return
            yield self.env.timeout(tick)

    def _arrive(self, count: int) -> None:
        sizes = self.traffic.bits or (0,)
        for index, bits in enumerate(sizes):
            part = count * (index + 1) // len(sizes) - count * index // len(sizes)
            if part:
                self._clients.append(Cohort(self.env.now, part, bits))

    def _accept(self, tick: float) -> None:
        wanted = sum(cohort.count for cohort in self._clients)
        if not wanted:
            return
        passed, limit = self._gateway.admit(self.env.now, wanted)
        warm, cold, scaling = self._api.start(self.env.now, passed)
        self._start_requests(warm, 0.0)
        self._start_requests(cold, self.work.start_up("api"))
        self.outcome.usage.requests += passed
        refused = {limit: wanted - passed, scaling: passed - warm - cold}
        seconds = tick if self.traffic.sends_again else 1.0
        for name, count in refused.items():
            self.record_wait(name, count, seconds)
        if not self.traffic.sends_again:
            self._clients.clear()
            self.outcome.refused += sum(refused.values())
            self._refused_now += sum(refused.values())
            if sum(refused.values()):
                self._close(sum(refused.values()))

    def _start_requests(self, count: int, start_up: float) -> None:
        while count:
            cohort = self._clients.popleft()
            if cohort.count > count:
                self._clients.appendleft(cohort.of(cohort.count - count))
                cohort = cohort.of(count)
            count -= cohort.count
            if self.traffic.kind == "list":
                for _ in range(cohort.count):
                    self.env.process(self._request(cohort.of(1), start_up))
            else:
                self.env.process(self._request(cohort, start_up))

    def _request(self, cohort: Cohort, start_up: float) -> Process:
        """Run the API's function for these requests, then put their messages into a queue."""
        is_list = self.traffic.kind == "list"
        seconds = self.work.submit(is_list=is_list)
        self.charge("api", cohort.count, seconds + start_up)
        busy = limits.INVOKE_SECONDS + start_up + seconds
        yield self.env.timeout(limits.GATEWAY_SECONDS + busy)
        if is_list:
            bucket = Bucket(limits.PARTITION_WRITES_PER_SECOND, limits.PARTITION_WRITES_PER_SECOND)
            task = ListTask(cohort.submitted_at, LIST_CHUNKS, bucket)
            cohort = Cohort(cohort.submitted_at, LIST_CHUNKS, task=task)
            # A call with ten messages of 34 KB is six requests of 64 KB.
            self.outcome.usage.sqs_requests += ceil(10 * self.work.measured.message_bytes / 65_536) * LIST_CHUNKS / 10
            self.mappings["lists"].queue.put(cohort)
        else:
            self.outcome.usage.sqs_requests += cohort.count
            self.mappings["tasks"].queue.put(cohort)
        # Slightly less than the limit, so that the environments are free at the tick that follows.
        yield self.env.timeout(max(0.999 / limits.ENVIRONMENT_INVOCATIONS_PER_SECOND - busy, 0.0))
        self._api.stop(1 if is_list else cohort.count)

    def _sample(self) -> Process:
        """Record each second what the queues hold and which limits their messages wait for."""
        while True:
            clients = sum(cohort.count for cohort in self._clients) or self._refused_now
            self._refused_now = 0
            waiting = {name: mapping.queue.waiting for name, mapping in self.mappings.items()}
            self.outcome.samples.append(Sample(self.env.now, clients, waiting))
            for mapping in self.mappings.values():
                mapping.record_backlog(1.0)
            yield self.env.timeout(1.0)
