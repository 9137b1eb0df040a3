"""A SimPy model of the service on one machine, where its processes and the emulator share the cores.

The queue, the batches and the mapping's ceiling are those of the model of AWS. AWS's throttles and start-ups do not
exist here. The CPU time of each part was measured under smaller loads than those that are predicted.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import ceil

import simpy

from benchmarks.scale.cohorts import Cohort, Histogram, ListTask, Queue
from benchmarks.scale.throttle import Bucket
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS

Process = Generator[simpy.Event, None, None]

BATCH = 10
#: The time slice of the kernel's scheduler, approximately.
SLICE_SECONDS = 0.004


@dataclass(frozen=True)
class Costs:
    """CPU seconds: of the client and the API for a request, of the emulator and the worker for a message and a batch.

    For each number of a list: of the API and the emulator until the submit is accepted, and of the list worker and the
    emulator after that.
    """

    client: float
    api: float
    emulator_message: float
    emulator_batch: float
    worker_message: float
    worker_batch: float
    list_api: float
    list_emulator: float
    list_worker: float
    list_emulator_after: float


@dataclass(frozen=True)
class Prediction:
    """The predicted seconds until the last submit is accepted, until all tasks are final, and of the latency."""

    submitted: float
    final: float
    p50: float
    p99: float


class Machine:
    """One run on `cores` cores. `speed` is the part of each core that other processes do not use."""

    def __init__(self, costs: Costs, *, cores: int, servers: int, ceiling: int, speed: float = 1.0) -> None:
        """Create the parts. A part that is one process is a resource with one slot."""
        self.env = simpy.Environment()
        self._costs = costs
        self._speed = speed
        self._ceiling = ceiling
        self._cores = simpy.Resource(self.env, cores)
        self._servers = [simpy.Resource(self.env) for _ in range(servers)]
        self._emulator = simpy.Resource(self.env)
        self._client = simpy.Resource(self.env)
        self._queue = Queue(self.env)
        self._busy = 0
        self._freed = self.env.event()
        self._latency = Histogram()
        self._final_at = self._submitted_at = 0.0
        self._open = 0
        self._done = self.env.event()

    def numbers(self, count: int, *, clients: int) -> Prediction:
        """Predict a burst of single numbers by `clients` clients, each with one request in flight."""
        self._open = count
        for client in range(clients):
            self.env.process(self._submit(count * (client + 1) // clients - count * client // clients, client))
        return self._run()

    def arrivals(self, times: Sequence[float]) -> Prediction:
        """Predict single numbers that are submitted at `times`, in seconds from the start, by clients without limit."""
        self._open = len(times)
        for client, time in enumerate(times):
            self.env.process(self._arrive(time, client))
        return self._run()

    def lists(self, count: int, numbers: int) -> Prediction:
        """Predict `count` lists at once, each from a client of its own."""
        self._open = count
        for client in range(count):
            self.env.process(self._submit_list(numbers, client))
        return self._run()

    def _run(self) -> Prediction:
        self.env.process(self._dispatch())
        self.env.run(self._done)
        latency = self._latency
        return Prediction(self._submitted_at, self._final_at, latency.percentile(50), latency.percentile(99))

    def _compute(self, process: simpy.Resource | None, seconds: float) -> Process:
        """Use a core for `seconds`, and meanwhile the process, if there is only one."""
        left = seconds / self._speed
        turn = process.request() if process is not None else None
        if turn is not None:
            yield turn
        while left > 0:
            part = min(left, SLICE_SECONDS)
            with self._cores.request() as core:
                yield core
                yield self.env.timeout(part)
            left -= part
        if process is not None and turn is not None:
            process.release(turn)

    def _submit(self, count: int, client: int) -> Process:
        server = self._servers[client % len(self._servers)]
        for _ in range(count):
            yield from self._compute(self._client, self._costs.client)
            yield from self._compute(server, self._costs.api / 2)
            submitted_at = self.env.now  # about here the API creates the task's id, which has the time of the submit
            yield from self._compute(server, self._costs.api / 2)
            yield from self._compute(self._emulator, self._costs.emulator_message)
            self._queue.put(Cohort(submitted_at, 1))
            self._submitted_at = self.env.now

    def _arrive(self, time: float, client: int) -> Process:
        yield self.env.timeout(time)
        yield from self._submit(1, client)

    def _submit_list(self, numbers: int, client: int) -> Process:
        server = self._servers[client % len(self._servers)]
        submitted_at = self.env.now
        chunks = ceil(numbers / MAX_CHUNK_NUMBERS)
        yield from self._compute(server, numbers * self._costs.list_api)
        yield from self._compute(self._emulator, numbers * self._costs.list_emulator)
        self._queue.put(Cohort(submitted_at, chunks, task=ListTask(submitted_at, chunks, Bucket(1, 1))))
        self._submitted_at = self.env.now

    def _dispatch(self) -> Process:
        """Start batches as far as the ceiling allows, as the emulator's poller does."""
        while True:
            if not self._queue.waiting:
                yield self._queue.arrival()
            elif self._busy >= self._ceiling:
                self._freed = self.env.event()
                yield self._freed
            else:
                self._busy += 1
                batch = self._queue.take(BATCH)
                is_list = batch[0].task is not None
                if not is_list:
                    yield from self._compute(self._emulator, self._costs.emulator_batch / 2)
                self.env.process(self._invoke_list(batch) if is_list else self._invoke(batch))

    def _invoke(self, batch: list[Cohort]) -> Process:
        count = sum(cohort.count for cohort in batch)
        yield from self._compute(None, self._costs.worker_batch + count * self._costs.worker_message)
        for cohort in batch:  # a result has the time at which the worker had it, before it is written
            self._finish(cohort.submitted_at, cohort.count)
        yield from self._compute(self._emulator, self._costs.emulator_batch / 2)
        self._free()

    def _invoke_list(self, batch: list[Cohort]) -> Process:
        for cohort in batch:
            numbers = cohort.count * MAX_CHUNK_NUMBERS
            yield from self._compute(None, numbers * self._costs.list_worker)
            yield from self._compute(self._emulator, numbers * self._costs.list_emulator_after)
            assert cohort.task is not None
            cohort.task.remaining -= cohort.count
            if not cohort.task.remaining:
                self._finish(cohort.submitted_at, 1)
        self._free()

    def _finish(self, submitted_at: float, count: int) -> None:
        self._latency.add(self.env.now - submitted_at, count)
        self._final_at = self.env.now
        self._open -= count
        if not self._open:
            self._done.succeed()

    def _free(self) -> None:
        self._busy -= 1
        if not self._freed.triggered:
            self._freed.succeed()
