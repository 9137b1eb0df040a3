"""The deployed service as SimPy processes: the API, a mapping for each queue, and the table that all write to.

Requests move in parcels, those of one tick together; so do the batches of single numbers that start at one time.
Chunks of lists and proofs are simulated invocation by invocation. Nothing is read: clients that poll add to it.
"""

import random
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import count as counter
from math import ceil

import simpy

from benchmarks.scale import limits
from benchmarks.scale.mapping import Mapping
from benchmarks.scale.measured import Measured
from benchmarks.scale.parcels import Histogram, ListTask, Parcel
from benchmarks.scale.template import CONSUMERS, Deployment
from benchmarks.scale.throttle import Account, Bucket, Environments, Gateway, Table
from benchmarks.scale.work import LIST_CHUNKS, Work

Process = Generator[simpy.Event, None, None]

#: Ticks of the arrivals: short ones, but not more than these in a scenario.
TICK_SECONDS = 0.01
MAX_TICKS = 180_000
#: A run ends here at the latest: a day.
LONGEST_SECONDS = 86_400.0


@dataclass(frozen=True)
class Traffic:
    """What clients ask for: `count` submits, spread evenly over `seconds`, or all at once."""

    kind: str  # "number", "list" or "proof"
    count: int
    seconds: float = 0.0
    #: Sizes of the primes to prove, in turn.
    bits: tuple[int, ...] = ()

    @property
    def sends_again(self) -> bool:
        """Whether a refused request is sent again until it is accepted: a burst is, a lasting load is not."""
        return not self.seconds


@dataclass
class Usage:
    """What is paid for."""

    requests: int = 0
    invocations: int = 0
    gb_seconds: float = 0.0
    sqs_requests: float = 0.0
    writes: int = 0
    consumer_invocations: int = 0


@dataclass(frozen=True)
class Sample:
    """The state at one time: clients whose request was refused, and messages by queue."""

    at: float
    clients: int
    waiting: dict[str, int]


@dataclass
class Outcome:
    """What became of the traffic."""

    latency: Histogram = field(default_factory=Histogram)
    final: int = 0
    failed: int = 0
    refused: int = 0
    ended: float = 0.0
    peak_concurrency: int = 0
    usage: Usage = field(default_factory=Usage)
    samples: list[Sample] = field(default_factory=list)
    #: Seconds that each limit held messages or requests back, all of them together, and when it did so first.
    held: dict[str, float] = field(default_factory=dict)
    first_held: dict[str, float] = field(default_factory=dict)


class Simulation:
    """One run."""

    def __init__(self, deployment: Deployment, traffic: Traffic, measured: Measured, seed: int = 20261124) -> None:
        """Prepare it; `run` runs it."""
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
        self._clients: deque[Parcel] = deque()
        self._refused_now = 0
        self._open = traffic.count
        self._done = self.env.event()

    def run(self) -> Outcome:
        """Simulate until every submit is final, failed or refused, or a day has passed."""
        self.env.process(self._front())
        self.env.process(self._sample())
        self.env.run(self._done | self.env.timeout(LONGEST_SECONDS))
        self.outcome.ended = self.env.now
        self.outcome.usage.writes = self.table.written
        self.outcome.peak_concurrency = self.account.peak
        return self.outcome

    def hold(self, limit: str, count: int, seconds: float) -> None:
        """Note that a limit holds back so many for so long."""
        if count:
            self.outcome.held[limit] = self.outcome.held.get(limit, 0.0) + count * seconds
            self.outcome.first_held.setdefault(limit, self.env.now)

    def settle(self, parcel: Parcel, at: float, *, failed: bool = False) -> None:
        """Count messages as finished at a time; a list counts once, with its last chunk."""
        count = parcel.count
        if parcel.task is not None:
            parcel.task.failed |= failed
            parcel.task.remaining -= count
            if parcel.task.remaining:
                return
            count, failed = 1, parcel.task.failed
        if failed:
            self.outcome.failed += count
        else:
            self.outcome.final += count
            self.outcome.latency.add(at - parcel.asked, count)
        self._settle(count)

    def charge(self, function: str, invocations: int, seconds: float) -> None:
        """Count invocations of a function that take so long each."""
        usage = self.outcome.usage
        usage.invocations += invocations
        usage.gb_seconds += invocations * seconds * self.deployment.memory[function] / 1024
        if function != "api":
            usage.consumer_invocations += invocations

    def _settle(self, count: int) -> None:
        self._open -= count
        if not self._open:
            self._done.succeed()

    def _front(self) -> Process:
        """Let the clients ask, tick by tick, and the API accept what the limits allow."""
        expected = max(self.traffic.seconds, self.traffic.count / self.deployment.rate_limit)
        tick = max(TICK_SECONDS, expected / MAX_TICKS)
        asked = 0
        for number in counter():
            part = min((number + 1) * tick / self.traffic.seconds, 1.0) if self.traffic.seconds else 1.0
            arrivals = round(part * self.traffic.count) - asked
            asked += arrivals
            self._ask(arrivals)
            self._accept(tick)
            if asked == self.traffic.count and not self._clients:
                return
            yield self.env.timeout(tick)

    def _ask(self, count: int) -> None:
        sizes = self.traffic.bits or (0,)
        for index, bits in enumerate(sizes):
            part = count * (index + 1) // len(sizes) - count * index // len(sizes)
            if part:
                self._clients.append(Parcel(self.env.now, part, bits))

    def _accept(self, tick: float) -> None:
        wanted = sum(parcel.count for parcel in self._clients)
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
            self.hold(name, count, seconds)
        if not self.traffic.sends_again:
            self._clients.clear()
            self.outcome.refused += sum(refused.values())
            self._refused_now += sum(refused.values())
            if sum(refused.values()):
                self._settle(sum(refused.values()))

    def _start_requests(self, count: int, start_up: float) -> None:
        while count:
            parcel = self._clients.popleft()
            if parcel.count > count:
                self._clients.appendleft(parcel.of(parcel.count - count))
                parcel = parcel.of(count)
            count -= parcel.count
            if self.traffic.kind == "list":
                for _ in range(parcel.count):
                    self.env.process(self._request(parcel.of(1), start_up))
            else:
                self.env.process(self._request(parcel, start_up))

    def _request(self, parcel: Parcel, start_up: float) -> Process:
        """Run the API's function for these requests, then put their messages into a queue."""
        is_list = self.traffic.kind == "list"
        seconds = self.work.submit(is_list=is_list)
        self.charge("api", parcel.count, seconds + start_up)
        busy = limits.INVOKE_SECONDS + start_up + seconds
        yield self.env.timeout(limits.GATEWAY_SECONDS + busy)
        if is_list:
            bucket = Bucket(limits.PARTITION_WRITES_PER_SECOND, limits.PARTITION_WRITES_PER_SECOND)
            task = ListTask(parcel.asked, LIST_CHUNKS, bucket)
            parcel = Parcel(parcel.asked, LIST_CHUNKS, task=task)
            # A call with ten messages of 34 KB is six requests of 64 KB.
            self.outcome.usage.sqs_requests += ceil(10 * self.work.measured.message_bytes / 65_536) * LIST_CHUNKS / 10
            self.mappings["lists"].queue.put(parcel)
        else:
            self.outcome.usage.sqs_requests += parcel.count
            self.mappings["tasks"].queue.put(parcel)
        # A little less, so that the environments are free at the tick that comes then.
        yield self.env.timeout(max(0.999 / limits.ENVIRONMENT_INVOCATIONS_PER_SECOND - busy, 0.0))
        self._api.stop(1 if is_list else parcel.count)

    def _sample(self) -> Process:
        """Look at the queues each second, and note what holds their messages back."""
        while True:
            clients = sum(parcel.count for parcel in self._clients) or self._refused_now
            self._refused_now = 0
            waiting = {name: mapping.queue.waiting for name, mapping in self.mappings.items()}
            self.outcome.samples.append(Sample(self.env.now, clients, waiting))
            for mapping in self.mappings.values():
                mapping.note_backlog(1.0)
            yield self.env.timeout(1.0)
