"""The CPU time of each part of the running service, from small loads, and the loads themselves."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from benchmarks.client import read, submit, task_ids, unfinished
from benchmarks.load import Connection, Load, drive, submit_request
from benchmarks.measures import connected
from benchmarks.scale.machine import Costs
from benchmarks.scale.measure import random_numbers as numbers
from benchmarks.scale.usage import Cpu, cpu_time
from benchmarks.service import Service

CLIENTS = 8
SMALL_BURST = 800
SMALL_LIST, SMALL_LISTS = 20_000, 5

Task = dict[str, object]


def calibrate(service: Service) -> Costs:
    """Measure two bursts, whose batches differ in size, and lists, one after another."""
    one, _, _ = burst(service, SMALL_BURST, clients=1)
    many, _, _ = burst(service, SMALL_BURST, clients=CLIENTS)
    accepting: list[Cpu] = []
    screening: list[Cpu] = []
    with connected(service.port) as connection:
        for seed in range(SMALL_LISTS):
            with used(service) as spent:
                task_id = submit(connection, {"numbers": numbers(SMALL_LIST, seed)})
            accepting.append(spent())
            with used(service) as spent:
                wait_slowly(connection, task_id)
            screening.append(spent())
    listed = SMALL_LISTS * SMALL_LIST
    shares = one.batches / SMALL_BURST, many.batches / SMALL_BURST
    message, batch = zip(
        _two_parts((one.emulator / SMALL_BURST, many.emulator / SMALL_BURST), shares),
        _two_parts((one.workers / SMALL_BURST, many.workers / SMALL_BURST), shares),
        strict=True,
    )
    return Costs(
        client=many.client / SMALL_BURST,
        api=many.api / SMALL_BURST,
        emulator_message=message[0],
        emulator_batch=batch[0],
        worker_message=message[1],
        worker_batch=batch[1],
        list_api=sum(cpu.api for cpu in accepting) / listed,
        list_emulator=sum(cpu.emulator for cpu in accepting) / listed,
        list_worker=sum(cpu.workers for cpu in accepting + screening) / listed,
        list_emulator_after=sum(cpu.emulator for cpu in screening) / listed,
    )


def _two_parts(seconds: tuple[float, float], shares: tuple[float, float]) -> tuple[float, float]:
    """Return the seconds for each message and the seconds for each batch.

    Args:
        seconds: those of a message in two loads, each with its part of the batch.
        shares: the batches for each message in the two loads, the larger first.
    """
    batch = (seconds[0] - seconds[1]) / (shares[0] - shares[1]) if shares[0] > shares[1] else 0.0
    batch = min(max(batch, 0.0), seconds[1] / shares[1])
    return seconds[1] - batch * shares[1], batch


def burst(
    service: Service, count: int, *, clients: int, times: Sequence[float] | None = None
) -> tuple[Cpu, Load, list[Task]]:
    """Submit numbers and return the CPU time without reads, the load of the submits, and the finished tasks."""
    with used(service) as spent:
        load = drive(service.port, [submit_request(body) for body in bodies(count)], clients=clients, times=times)
        ids = task_ids(load)
        while unfinished(service.port, ids[-10:]):
            time.sleep(0.1)
    while unfinished(service.port, ids):
        time.sleep(0.1)
    with connected(service.port) as connection:
        return spent(), load, [read(connection, task_id) for task_id in ids]


def lists(port: int, count: int, size: int) -> float:
    """Submit lists at once and return the seconds until the last one is final."""
    requests = [submit_request({"numbers": numbers(size, seed)}) for seed in range(count)]
    start = time.time()
    load = drive(port, requests, clients=count)
    with connected(port) as connection:
        return max(at(wait_slowly(connection, task_id)["finished_at"]) for task_id in task_ids(load)) - start


def wait_slowly(connection: Connection, task_id: str) -> Task:
    """Wait for a task with so few reads that their CPU time is negligible."""
    while (task := read(connection, task_id))["status"] != "SUCCESS":
        time.sleep(0.05)
    return task


def bodies(count: int) -> list[dict[str, int]]:
    """Return the bodies of submits of random numbers."""
    return [{"number": number} for number in numbers(count)]


def at(text: object) -> float:
    """Return a time of the service in seconds since 1970."""
    return datetime.fromisoformat(str(text)).timestamp()


@contextmanager
def used(service: Service) -> Iterator[Callable[[], Cpu]]:
    """Yield a function that returns, after the block, the CPU time that was used in it."""
    before = cpu_time(service)
    after: list[Cpu] = []
    yield lambda: after[0].since(before)
    after.append(cpu_time(service))
