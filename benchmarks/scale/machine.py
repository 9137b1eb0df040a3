"""The service on one machine as a SimPy model: its processes share the cores, and the emulator is one of them.

The queue, the batches and the mapping's ceiling are those of the model of AWS; AWS's throttles and start-ups have no
counterpart here. The CPU time of each part comes from loads that are smaller than those that are predicted.
"""

from collections.abc import Generator
from dataclasses import dataclass
from math import ceil

import simpy

from benchmarks.scale.parcels import Histogram, ListTask, Parcel, Queue
from benchmarks.scale.throttle import Bucket
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS

Process = Generator[simpy.Event, None, None]

BATCH = 10
#: The kernel lets a process go on for about this long while others want its core.
SLICE_SECONDS = 0.004


@dataclass(frozen=True)
class Costs:
    """CPU seconds: of the client and the API for a request, of the emulator and the worker for a message and a batch.

    Of a list: what the API and the emulator take for each number until the submit is accepted, and what the list
    worker and the emulator take for each number after it.
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
    """Seconds."""

    submitted: float
    final: float
    p50: float
    p99: float


class Machine:
    """One run on `cores` cores, of which others may have taken a part: `speed` is what is left of each."""

    def __init__(self, costs: Costs, *, cores: int, servers: int, ceiling: int, speed: float = 1.0) -> None:
        """Prepare the parts: a resource that is one process does one thing at a time."""
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
        """Predict a burst of single numbers by so many clients, each with one request in flight."""
        self._open = count
        for client in range(clients):
            self.env.process(self._submit(count * (client + 1) // clients - count * client // clients, client))
        return self._run()

    def lists(self, count: int, numbers: int) -> Prediction:
        """Predict so many lists at once, each by a client of its own."""
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
        """Compute for so long: on one core, and where it is one process, by its turn."""
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
            asked = self.env.now  # the task's id, from which its time is measured, is made about there
            yield from self._compute(server, self._costs.api / 2)
            yield from self._compute(self._emulator, self._costs.emulator_message)
            self._queue.put(Parcel(asked, 1))
            self._submitted_at = self.env.now

    def _submit_list(self, numbers: int, client: int) -> Process:
        server = self._servers[client % len(self._servers)]
        asked = self.env.now
        chunks = ceil(numbers / MAX_CHUNK_NUMBERS)
        yield from self._compute(server, numbers * self._costs.list_api)
        yield from self._compute(self._emulator, numbers * self._costs.list_emulator)
        self._queue.put(Parcel(asked, chunks, task=ListTask(asked, chunks, Bucket(1, 1))))
        self._submitted_at = self.env.now

    def _dispatch(self) -> Process:
        """Take batches as long as the ceiling allows, as the emulator's poller does."""
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

    def _invoke(self, batch: list[Parcel]) -> Process:
        count = sum(parcel.count for parcel in batch)
        yield from self._compute(None, self._costs.worker_batch + count * self._costs.worker_message)
        yield from self._compute(self._emulator, self._costs.emulator_batch / 2)
        for parcel in batch:
            self._finish(parcel.asked, parcel.count)
        self._free()

    def _invoke_list(self, batch: list[Parcel]) -> Process:
        for parcel in batch:
            numbers = parcel.count * MAX_CHUNK_NUMBERS
            yield from self._compute(None, numbers * self._costs.list_worker)
            yield from self._compute(self._emulator, numbers * self._costs.list_emulator_after)
            assert parcel.task is not None
            parcel.task.remaining -= parcel.count
            if not parcel.task.remaining:
                self._finish(parcel.asked, 1)
        self._free()

    def _finish(self, asked: float, count: int) -> None:
        self._latency.add(self.env.now - asked, count)
        self._final_at = self.env.now
        self._open -= count
        if not self._open:
            self._done.succeed()

    def _free(self) -> None:
        self._busy -= 1
        if not self._freed.triggered:
            self._freed.succeed()
