"""A queue, its event source mapping and its function."""

from __future__ import annotations

from collections.abc import Generator
from math import ceil
from typing import TYPE_CHECKING

import simpy

from benchmarks.scale import limits
from benchmarks.scale.parcels import Parcel, Queue
from benchmarks.scale.template import CONSUMERS
from benchmarks.scale.throttle import Environments
from chalicelib.consumers.batch import DELAY_GROWTH, FIRST_DELAY_SECONDS
from chalicelib.queues import MAX_RECEIVES

if TYPE_CHECKING:
    from benchmarks.scale.model import Simulation

Process = Generator[simpy.Event, None, None]

#: The AWS SDK tries a throttled call three times in all (chalicelib/aws.py); its delays double from up to a second.
SDK_DELAYS_SECONDS = (1.0, 2.0)
#: Statements of a batch are throttled one by one, which the SDK does not see.
SDK_QUEUES = frozenset({"lists", "proofs", "long_proofs"})
#: Batches of single numbers that start at one time are one event; of the others each is its own.
GROUPED = frozenset({"tasks"})


class Mapping:
    """Takes batches off the queue as fast as the pollers, the environments and the ceiling allow."""

    def __init__(self, simulation: Simulation, name: str) -> None:
        """Begin as after a quiet time: with the first pollers, and no environment."""
        self.name = name
        self.queue = Queue(simulation.env)
        self.environments = Environments(simulation.account)
        self.ceiling = min(simulation.deployment.ceilings[name], limits.MAX_POLLERS)
        self.pollers = float(min(limits.FIRST_POLLERS, self.ceiling))
        self.busy = 0
        self.peak = 0
        self._simulation = simulation
        self._env = simulation.env
        self._batch_size = simulation.deployment.batch_sizes[name]
        self._freed = self._env.event()
        self._env.process(self._grow())
        self._env.process(self._dispatch())

    def note_backlog(self, seconds: float) -> None:
        """Note what holds back the messages that wait."""
        table = self._simulation.table
        if self.queue.waiting <= self._batch_size * self.busy:
            return
        limit = f"`MaximumConcurrency` of {CONSUMERS[self.name]}"
        if self._env.now - table.throttled_at <= seconds:
            limit = table.throttled_by  # functions that wait for the table cannot take more messages
        elif self.pollers < self.ceiling:
            limit = f"growth of {CONSUMERS[self.name]}'s mapping"
        self._simulation.hold(limit, self.queue.waiting, seconds)

    def _grow(self) -> Process:
        while self.pollers < self.ceiling:
            yield self._env.timeout(1.0)
            if self.queue.waiting:
                self.pollers = min(self.pollers + limits.MORE_POLLERS_PER_MINUTE / 60, self.ceiling)
                self._wake()

    def _dispatch(self) -> Process:
        while True:
            if not self.queue.waiting:
                yield self.queue.arrival()
                continue
            free = int(self.pollers) - self.busy
            if free <= 0:
                self._freed = self._env.event()
                yield self._freed
                continue
            batches = min(free, ceil(self.queue.waiting / self._batch_size))
            warm, cold, limit = self.environments.start(self._env.now, batches)
            if not warm + cold:
                self._simulation.hold(limit, self.queue.waiting, limits.REFUSED_SECONDS)
                yield self._env.timeout(limits.REFUSED_SECONDS)
                continue
            self.busy += warm + cold
            self.peak = max(self.peak, self.busy)
            self._start(warm, 0.0)
            self._start(cold, self._simulation.work.start_up(self.name))

    def _start(self, batches: int, start_up: float) -> None:
        step = batches if self.name in GROUPED else 1
        for _ in range(0, batches, step or 1):
            self._env.process(self._invoke(self.queue.take(step * self._batch_size), step, start_up))

    def _invoke(self, parcels: list[Parcel], batches: int, start_up: float) -> Process:
        """Run the function on so many batches at once, each of which takes as long."""
        simulation = self._simulation
        seconds = simulation.work.batch(self.name, parcels, batches)
        started = self._env.now
        if self.name == "tasks":
            # Most batches end long before the environment may be invoked again: one event for both.
            at = started + limits.POLL_SECONDS + limits.INVOKE_SECONDS + start_up + seconds
            self._store_all(parcels, at)
        else:
            yield self._env.timeout(limits.POLL_SECONDS + limits.INVOKE_SECONDS + start_up + seconds)
            yield from self._store_with_sdk(parcels)
            seconds = max(seconds, self._env.now - started - limits.POLL_SECONDS - start_up)
        simulation.charge(self.name, batches, seconds + start_up)
        # A receive of up to ten messages and a delete; of chunks, a request for each 64 KB.
        receives = max(ceil(sum(parcel.count for parcel in parcels) * self._bytes() / 65_536), batches)
        simulation.outcome.usage.sqs_requests += receives + batches
        least = started + 1 / limits.ENVIRONMENT_INVOCATIONS_PER_SECOND
        ends = started + start_up + seconds
        yield self._env.timeout(max(least, ends, self._env.now) - self._env.now)
        self.environments.stop(batches)
        self.busy -= batches
        self._wake()

    def _bytes(self) -> int:
        return self._simulation.work.measured.message_bytes if self.name == "lists" else 0

    def _store_all(self, parcels: list[Parcel], at: float) -> None:
        for parcel in parcels:
            stored = self._write(parcel)
            self._go_on(parcel.of(stored), at)
            self._retry(parcel.of(parcel.count - stored))

    def _store_with_sdk(self, parcels: list[Parcel]) -> Process:
        """Write one message after another; each throttled write is repeated as the SDK does."""
        for parcel in parcels:
            left = parcel.count
            for delay in (*SDK_DELAYS_SECONDS, None):
                stored = self._write(parcel.of(left))
                self._go_on(parcel.of(stored), self._env.now)
                left -= stored
                if not left or delay is None:
                    break
                wait = delay * self._simulation.source.random() + limits.CALL_LEAST_SECONDS
                self._simulation.hold(self._simulation.table.throttled_by, left, wait)
                yield self._env.timeout(wait)
            self._retry(parcel.of(left))

    def _write(self, parcel: Parcel) -> int:
        if not parcel.count:
            return 0
        simulation = self._simulation
        partition = parcel.task.partition if parcel.task else None
        return simulation.table.write(self._env.now, parcel.count, simulation.work.units(self.name), partition)

    def _go_on(self, parcel: Parcel, at: float) -> None:
        """Finish messages at a time, or send them to the next queue."""
        if not parcel.count:
            return
        following = self._simulation.work.next_queue(self.name, parcel)
        if following is None:
            self._simulation.settle(parcel, at)
        else:
            self._simulation.outcome.usage.sqs_requests += parcel.count / self._batch_size
            self._env.process(self._later(self._simulation.mappings[following].queue, parcel, at - self._env.now))

    def _retry(self, parcel: Parcel) -> None:
        """Deliver messages again: after the retry's delay, or after the visibility timeout where RETRY is throttled.

        A message that was received five times fails instead.
        """
        if not parcel.count:
            return
        simulation = self._simulation
        noted = simulation.table.write(self._env.now, parcel.count, 1)
        is_last = parcel.receives == MAX_RECEIVES
        delay = FIRST_DELAY_SECONDS * DELAY_GROWTH ** (parcel.receives - 1) * simulation.source.uniform(1.0, 1.2)
        for count, seconds in (
            (noted, 0.0 if is_last else delay),
            (parcel.count - noted, float(simulation.deployment.visibility[self.name])),
        ):
            if count:
                again = Parcel(parcel.asked, count, parcel.bits, parcel.task, parcel.receives + 1)
                simulation.hold(simulation.table.throttled_by, count, seconds)
                self._env.process(self._later(self.queue, again, seconds))

    def _later(self, queue: Queue, parcel: Parcel, seconds: float) -> Process:
        yield self._env.timeout(max(seconds, 0.0))
        if parcel.receives > MAX_RECEIVES:
            self._simulation.settle(parcel, self._env.now, failed=True)
        else:
            queue.put(parcel)

    def _wake(self) -> None:
        if not self._freed.triggered:
            self._freed.succeed()
