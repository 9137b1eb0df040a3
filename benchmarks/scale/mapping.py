"""The model of a queue, its event source mapping and its function."""

from __future__ import annotations

from collections.abc import Generator
from math import ceil
from typing import TYPE_CHECKING

import simpy

from benchmarks.scale import limits
from benchmarks.scale.cohorts import Cohort, Queue
from benchmarks.scale.template import CONSUMERS
from benchmarks.scale.throttle import Environments
from chalicelib.consumers.batch import DELAY_GROWTH, FIRST_DELAY_SECONDS
from chalicelib.queues import MAX_RECEIVES

if TYPE_CHECKING:
    from benchmarks.scale.model import Simulation

Process = Generator[simpy.Event, None, None]

#: The AWS SDK makes up to three attempts of a throttled call (chalicelib/aws.py): the maximum delays between them.
SDK_DELAYS_SECONDS = (1.0, 2.0)
#: The queues whose consumers write by single calls, which the SDK repeats. It does not repeat statements of a batch.
SDK_QUEUES = frozenset({"lists", "proofs", "long_proofs"})
#: The queues of which batches that start at the same time are one event. Each batch of the others is an event.
GROUPED = frozenset({"tasks"})


class Mapping:
    """Receives batches as fast as the pollers, the environments and the ceiling allow."""

    def __init__(self, simulation: Simulation, name: str) -> None:
        """Start as after a time without messages: with the first pollers and no environment."""
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

    def record_backlog(self, seconds: float) -> None:
        """Record which limit the waiting messages wait for."""
        table = self._simulation.table
        if self.queue.waiting <= self._batch_size * self.busy:
            return
        limit = f"`MaximumConcurrency` of {CONSUMERS[self.name]}"
        if self._env.now - table.throttled_at <= seconds:
            limit = table.throttled_by  # functions that wait for the table cannot take more messages
        elif self.pollers < self.ceiling:
            limit = f"growth of {CONSUMERS[self.name]}'s mapping"
        self._simulation.record_wait(limit, self.queue.waiting, seconds)

    def _grow(self) -> Process:
        while self.pollers < self.ceiling:
            yield self._env.timeout(1.0)
            if self.queue.waiting:
                self.pollers = min(self.pollers + limits.MORE_POLLERS_PER_MINUTE / 60, self.ceiling)
                self._notify_free()

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
                self._simulation.record_wait(limit, self.queue.waiting, limits.REFUSED_SECONDS)
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

    def _invoke(self, cohorts: list[Cohort], batches: int, start_up: float) -> Process:
        """Run the function on batches of equal duration that start at the same time."""
        simulation = self._simulation
        seconds = simulation.work.batch(self.name, cohorts, batches)
        started = self._env.now
        if self.name == "tasks":
            # Most batches end long before the environment may be invoked again, so that one event suffices.
            at = started + limits.POLL_SECONDS + limits.INVOKE_SECONDS + start_up + seconds
            self._store_all(cohorts, at)
        else:
            yield self._env.timeout(limits.POLL_SECONDS + limits.INVOKE_SECONDS + start_up + seconds)
            yield from self._store_with_sdk(cohorts)
            seconds = max(seconds, self._env.now - started - limits.POLL_SECONDS - start_up)
        simulation.charge(self.name, batches, seconds + start_up)
        # A receive of up to ten messages and a delete; of chunks, a request for each 64 KB.
        receives = max(ceil(sum(cohort.count for cohort in cohorts) * self._bytes() / 65_536), batches)
        simulation.outcome.usage.sqs_requests += receives + batches
        earliest = started + 1 / limits.ENVIRONMENT_INVOCATIONS_PER_SECOND
        ends = started + start_up + seconds
        yield self._env.timeout(max(earliest, ends, self._env.now) - self._env.now)
        self.environments.stop(batches)
        self.busy -= batches
        self._notify_free()

    def _bytes(self) -> int:
        return self._simulation.work.measured.message_bytes if self.name == "lists" else 0

    def _store_all(self, cohorts: list[Cohort], at: float) -> None:
        for cohort in cohorts:
            stored = self._write(cohort)
            self._finish_or_forward(cohort.of(stored), at)
            self._retry(cohort.of(cohort.count - stored))

    def _store_with_sdk(self, cohorts: list[Cohort]) -> Process:
        """Write one message after another, and repeat each throttled write as the SDK does."""
        for cohort in cohorts:
            left = cohort.count
            for delay in (*SDK_DELAYS_SECONDS, None):
                stored = self._write(cohort.of(left))
                self._finish_or_forward(cohort.of(stored), self._env.now)
                left -= stored
                if not left or delay is None:
                    break
                wait = delay * self._simulation.source.random() + limits.CALL_MIN_SECONDS
                self._simulation.record_wait(self._simulation.table.throttled_by, left, wait)
                yield self._env.timeout(wait)
            self._retry(cohort.of(left))

    def _write(self, cohort: Cohort) -> int:
        if not cohort.count:
            return 0
        simulation = self._simulation
        partition = cohort.task.partition if cohort.task else None
        return simulation.table.write(self._env.now, cohort.count, simulation.work.units(self.name), partition)

    def _finish_or_forward(self, cohort: Cohort, at: float) -> None:
        """Finish messages, or send them to the next queue, at the time `at`."""
        if not cohort.count:
            return
        next_queue = self._simulation.work.next_queue(self.name, cohort)
        if next_queue is None:
            self._simulation.finish(cohort, at)
        else:
            self._simulation.outcome.usage.sqs_requests += cohort.count / self._batch_size
            self._env.process(self._put_later(self._simulation.mappings[next_queue].queue, cohort, at - self._env.now))

    def _retry(self, cohort: Cohort) -> None:
        """Deliver messages again: after the retry's delay, or after the visibility timeout if RETRY cannot be written.

        A message that was received five times fails.
        """
        if not cohort.count:
            return
        simulation = self._simulation
        written = simulation.table.write(self._env.now, cohort.count, 1)
        is_last = cohort.receives == MAX_RECEIVES
        delay = FIRST_DELAY_SECONDS * DELAY_GROWTH ** (cohort.receives - 1) * simulation.source.uniform(1.0, 1.2)
        for count, seconds in (
            (written, 0.0 if is_last else delay),
            (cohort.count - written, float(simulation.deployment.visibility[self.name])),
        ):
            if count:
                again = Cohort(cohort.submitted_at, count, cohort.bits, cohort.task, cohort.receives + 1)
                simulation.record_wait(simulation.table.throttled_by, count, seconds)
                self._env.process(self._put_later(self.queue, again, seconds))

    def _put_later(self, queue: Queue, cohort: Cohort, seconds: float) -> Process:
        yield self._env.timeout(max(seconds, 0.0))
        if cohort.receives > MAX_RECEIVES:
            self._simulation.finish(cohort, self._env.now, failed=True)
        else:
            queue.put(cohort)

    def _notify_free(self) -> None:
        if not self._freed.triggered:
            self._freed.succeed()
