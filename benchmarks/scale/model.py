"""A SimPy model of the deployed service: the clients, API Gateway, the API's function, the consumers and the table.

Requests that arrive within 50 ms are one event. Reads are not simulated.
"""

from dataclasses import dataclass, replace
from itertools import count as counter

from benchmarks.scale import limits
from benchmarks.scale.consumer import Consumer
from benchmarks.scale.parts import HOLD_SECONDS, TICK_SECONDS, Bucket, ListTask, Messages, Process, Run, Waiting
from benchmarks.scale.template import Deployment
from benchmarks.scale.work import LIST_CHUNKS, Work

#: A run ends after a day at the latest.
MAX_SECONDS = 86_400.0


@dataclass(frozen=True)
class Traffic:
    """What clients send.

    Attributes:
        count: the submits.
        seconds: the time over which they are spread evenly, or 0 if all come at once. A refused submit is sent again
            only if all come at once.
        lists: whether they are lists of 100,000 numbers.
    """

    count: int
    seconds: float = 0.0
    lists: bool = False


def simulate(deployment: Deployment, traffic: Traffic, work: Work) -> Run:
    """Simulate until every submit is final, failed or refused, or a day has passed, and return the run."""
    run = Run(deployment, work, traffic.count)
    API(run, traffic)
    while run.open and run.env.now < MAX_SECONDS:
        run.env.run(run.env.now + 1.0)
    return run


class API:
    """The clients, the limits of API Gateway, and the API's function."""

    def __init__(self, run: Run, traffic: Traffic) -> None:
        """Create the consumers, and let the clients begin."""
        self._run, self._env, self._traffic, self._limits = run, run.env, traffic, run.deployment.limits
        self._consumers = {queue: Consumer(run, queue) for queue in ("tasks", "lists")}
        self._key = Bucket(self._limits["RateLimit"], self._limits["BurstLimit"])
        self._account = Bucket(self._limits["requests per second"], limits.ACCOUNT_BURST)
        self._quota = self._limits["DailyQuota"]
        self._clients = Waiting()
        self._busy = 0
        self._env.process(self._arrivals())

    def _arrivals(self) -> Process:
        traffic, arrived = self._traffic, 0
        for tick in counter(1):
            due = traffic.count
            if traffic.seconds:
                due = min(round(tick * TICK_SECONDS / traffic.seconds * traffic.count), due)
            self._clients.put(Messages(self._env.now, due - arrived))
            arrived = due
            self._accept()
            if arrived == traffic.count and not self._clients.count:
                return
            yield self._env.timeout(TICK_SECONDS)

    def _accept(self) -> None:
        """Accept the requests that the limits allow; the others are refused, or sent again at the next tick."""
        now, wanted = self._env.now, self._clients.count
        in_quota = min(wanted, self._quota)
        by_key = self._key.take(now, in_quota)
        by_account = self._account.take(now, by_key)
        self._key.tokens += by_key - by_account
        self._quota -= by_account
        started = min(by_account, self._limits["API_FUNCTIONS"] - self._busy)
        self._run.wait("`DailyQuota`", wanted - in_quota, TICK_SECONDS)
        self._run.wait("`RateLimit`", in_quota - by_key, TICK_SECONDS)
        self._run.wait("requests per second of the account", by_key - by_account, TICK_SECONDS)
        self._run.wait("`API_FUNCTIONS`", by_account - started, TICK_SECONDS)
        cold = max(self._busy + started - self._run.api_environments, 0)
        self._run.api_environments += cold
        self._busy += started
        for count, start_seconds in ((started - cold, 0.0), (cold, limits.START_SECONDS)):
            for messages in self._clients.take(count):
                self._env.process(self._request(messages, start_seconds))
        if self._traffic.seconds:
            left = sum(messages.count for messages in self._clients.take(self._clients.count))
            self._run.refused += left
            self._run.open -= left

    def _request(self, messages: Messages, start_seconds: float) -> Process:
        """Run the API's function for these requests, then put their messages into a queue."""
        seconds = limits.INVOKE_SECONDS + start_seconds + self._run.work.submit(is_list=self._traffic.lists)
        yield self._env.timeout(seconds)
        messages = replace(messages, submitted_at=messages.submitted_at - limits.GATEWAY_SECONDS)
        if self._traffic.lists:
            for _ in range(messages.count):
                self._consumers["lists"].put(replace(messages, count=LIST_CHUNKS, list=ListTask(LIST_CHUNKS)))
        else:
            self._consumers["tasks"].put(messages)
        yield self._env.timeout(max(HOLD_SECONDS - seconds, 0.0))
        self._busy -= messages.count
