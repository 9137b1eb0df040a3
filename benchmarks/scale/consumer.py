"""The model of a queue, its event source mapping and its function."""

from dataclasses import replace
from math import ceil

from benchmarks.scale import limits
from benchmarks.scale.parts import HOLD_SECONDS, TICK_SECONDS, Messages, Process, Run, Waiting
from benchmarks.scale.template import CONSUMERS
from chalicelib.consumers.outcomes import put_off_delay
from chalicelib.store.batches import PAUSE_SECONDS, TRIES

#: The maximum delays before each further attempt of a throttled write: boto3's of a call (chalicelib/aws.py), and the
#: service's own of a statement of a batch, by which the worker writes.
DELAYS_SECONDS = {
    "lists": (1.0, 2.0),
    "tasks": tuple(PAUSE_SECONDS * 2**number for number in range(1, TRIES)),
}


class Consumer:
    """Receives batches as fast as the pollers of the mapping allow."""

    def __init__(self, run: Run, queue: str) -> None:
        """Start as after a time without messages: with the first pollers and no execution environment."""
        self.queue, self.function = queue, CONSUMERS[queue]
        self._run, self._env = run, run.env
        self._ceiling = run.deployment.limits[self.function]
        self._batch_size = run.deployment.batch_sizes[queue]
        self._pollers = min(limits.FIRST_POLLERS, self._ceiling)
        self._waiting = Waiting()
        self._busy = self._environments = 0
        self._env.process(self._grow())
        self._env.process(self._poll())

    def put(self, messages: Messages) -> None:
        """Add messages to the queue."""
        self._waiting.put(messages)
        self._start_batches()

    def _grow(self) -> Process:
        """Add pollers each second in which messages wait, and record which limit they wait for."""
        while True:
            yield self._env.timeout(1.0)
            if self._waiting.count > self._batch_size * self._busy:
                limit = f"`{self.function}`" if self._pollers >= self._ceiling else f"growth of `{self.function}`"
                if self._env.now - self._run.table.throttled_at <= 1.0:
                    limit = self._run.table.limit  # functions that wait for the table cannot take more messages
                self._run.wait(limit, self._waiting.count, 1.0)
            if self._waiting.count:
                self._pollers = min(self._pollers + limits.MORE_POLLERS, self._ceiling)

    def _poll(self) -> Process:
        while True:
            yield self._env.timeout(TICK_SECONDS)
            self._start_batches()

    def _start_batches(self) -> None:
        batches = min(self._pollers - self._busy, ceil(self._waiting.count / self._batch_size))
        if batches <= 0:
            return
        cold = max(self._busy + batches - self._environments, 0)
        self._environments += cold
        self._busy += batches
        for count, start_seconds in ((batches - cold, 0.0), (cold, limits.START_SECONDS)):
            # Batches of single numbers that start together are one event; each batch of chunks is one.
            together = count if self.queue == "tasks" else 1
            for _ in range(0, count, together or 1):
                batch = self._waiting.take(together * self._batch_size)
                self._env.process(self._invoke(batch, together, start_seconds))

    def _invoke(self, batch: list[Messages], invocations: int, start_seconds: float) -> Process:
        began = self._env.now
        count = sum(messages.count for messages in batch) / invocations
        seconds = self._run.work.batch(self.queue, count)
        yield self._env.timeout(limits.POLL_SECONDS + limits.INVOKE_SECONDS + start_seconds + seconds)
        left = self._store(batch)
        for delay in DELAYS_SECONDS[self.queue]:
            if left:
                wait = delay * self._run.source.random()
                self._run.wait(self._run.table.limit, sum(messages.count for messages in left), wait)
                yield self._env.timeout(wait)
                left = self._store(left)
        for messages in left:
            self._env.process(self._put_off(messages))
        yield self._env.timeout(max(HOLD_SECONDS - (self._env.now - began), 0.0))
        self._busy -= invocations

    def _store(self, batch: list[Messages]) -> list[Messages]:
        """Write the results of a batch and return what is throttled."""
        left = []
        for messages in batch:
            partition = messages.list.partition if messages.list else None
            units = self._run.work.units[self.queue]
            written = self._run.table.write(self._env.now, messages.count, units, partition)
            if written:
                self._run.finish(replace(messages, count=written))
            if written < messages.count:
                left.append(replace(messages, count=messages.count - written))
        return left

    def _put_off(self, messages: Messages) -> Process:
        """Send messages anew with a delay: no attempt is used up, so none of them fails."""
        seconds = put_off_delay(messages.put_offs)
        self._run.wait(self._run.table.limit, messages.count, seconds)
        yield self._env.timeout(seconds)
        self.put(replace(messages, put_offs=messages.put_offs + 1))
