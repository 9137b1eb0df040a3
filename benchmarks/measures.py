"""The measurements of a running service. Each is a function of the service's port that returns named figures."""

import random
import time

from benchmarks.harness.client import connected, finish, finished_within, latency, submit, unfinished, wait
from benchmarks.harness.load import drive, percentile, read_request, submit_request

Figures = dict[str, float]

#: The peer's easiest number: no divisor to try but 3.
SMALL = {"number": 11}

#: A prime for which trial division takes 760 million steps: the ninth Mersenne prime.
MERSENNE_61 = {"number": 2305843009213693951}

CLIENTS = (1, 8, 32)

#: The tasks that are finished before anything is measured.
WARM_UP = 200

#: The number of finished tasks that are read in turn.
FINISHED = 20

#: How long the peer may work on the thousand random numbers. All of them would take it most of an hour.
RANDOM_SECONDS = 20.0

#: The time between two reads of a list, which takes a hundred times as long as a small number: reads every 2 ms would
#: take a quarter of the cores from it.
LIST_POLL_SECONDS = 0.01

#: The rate of a list. The peer has no lists: its rate is that of single tasks of its easiest number.
LIST_RATE = "list numbers/s"


def random_integers(count: int, start: int, end: int) -> list[int]:
    """Return `count` numbers from `start` to `end`, without `end`, the same in every run."""
    source = random.Random(20261124)
    return [source.randrange(start, end) for _ in range(count)]


def random_64_bit(count: int) -> list[int]:
    """Return `count` numbers of exactly 64 bits, the same in every run."""
    return random_integers(count, 1 << 63, 1 << 64)


def warm_up(port: int) -> None:
    """Finish some small tasks, so that no process of the service is still starting."""
    finish(port, [SMALL] * WARM_UP, clients=8)


def requests_per_second(port: int, *, count: int, open_id: str) -> Figures:
    """Measure submits and reads at 1, 8 and 32 clients: requests per second, and latencies in ms.

    Args:
        port: the port of the service.
        count: requests of each kind.
        open_id: an id that is PENDING during the whole measurement and has no task that uses the cores.
    """
    figures: Figures = {}
    for clients in CLIENTS:
        posts = drive(port, [submit_request(SMALL)] * count, clients=clients)
        ids = [str(response.json()["task_id"]) for response in posts.responses]
        # Wait until the queue is empty, so that queued tasks do not compete with the reads.
        with connected(port) as connection:
            wait(connection, ids[-1])
        while unfinished(port, ids[-100:]):
            time.sleep(0.05)
        turns = [read_request(task_id) for task_id in ids[-FINISHED:]]
        finals = drive(port, [turns[index % len(turns)] for index in range(count)], clients=clients)
        opens = drive(port, [read_request(open_id)] * count, clients=clients)
        for name, of, load in (
            ("submit", "", posts),
            ("read", " of finished tasks", finals),
            ("read", " of open tasks", opens),
        ):
            for response in load.responses:
                response.json()
            by = "1 client" if clients == 1 else f"{clients} clients"
            figures[f"{name}s/s{of}, {by}"] = load.per_second
            for percent in (50, 95, 99):
                figures[f"{name} p{percent} ms{of}, {by}"] = load.percentile_ms(percent)
    return figures


def latencies(port: int, *, count: int) -> Figures:
    """Measure submit→final of single small numbers on an idle service, in ms."""
    figures: Figures = {}
    with connected(port) as connection:
        for name, pause, repeats in (
            ("one after another", 0.0, count),
            ("each after 0.3 s of rest", 0.3, count // 4),
        ):
            seconds = []
            for _ in range(repeats):
                time.sleep(pause)
                seconds.append(latency(connection, SMALL))
            for percent in (50, 95):
                figures[f"submit→final p{percent} ms, {name}"] = 1000 * percentile(seconds, percent)
    return figures


def small_tasks(port: int, *, count: int) -> Figures:
    """Measure tasks per second, from the first submit until the last one is final, with 8 clients."""
    return {"small tasks/s to the last final": count / finish(port, [SMALL] * count, clients=8)}


def random_tasks(port: int, *, count: int) -> Figures:
    """Measure tasks of random 64-bit numbers per second, until the last one is final."""
    bodies = [{"number": number} for number in random_64_bit(count)]
    return {"random 64-bit tasks/s": count / finish(port, bodies, clients=8)}


def random_tasks_in_time(port: int, *, count: int) -> Figures:
    """Measure the tasks per second that are final within `RANDOM_SECONDS`: to wait for all would take too long."""
    bodies = [{"number": number} for number in random_64_bit(count)]
    finished = finished_within(port, bodies, clients=8, seconds=RANDOM_SECONDS)
    return {"random 64-bit tasks/s": finished / RANDOM_SECONDS}


def mersenne(port: int, *, repeats: int) -> Figures:
    """Measure submit→final of 2305843009213693951 alone, in seconds: the median of `repeats`."""
    with connected(port) as connection:
        seconds = [latency(connection, MERSENNE_61) for _ in range(repeats)]
    return {"2305843009213693951: submit→final s": percentile(seconds, 50)}


def behind_mersennes(port: int, *, idle_ms: float, repeats: int) -> Figures:
    """Measure the latency of a small number that is submitted directly after two of 2305843009213693951: the median."""
    waits = []
    with connected(port) as connection:
        for _ in range(repeats):
            ids = [submit(connection, MERSENNE_61) for _ in range(2)]
            waits.append(1000 * latency(connection, SMALL))
            for task_id in ids:
                wait(connection, task_id)
    return latency_figures("two of 2305843009213693951", percentile(waits, 50), idle_ms)


def latency_figures(name: str, latency_ms: float, idle_ms: float) -> Figures:
    """Return the figures of a small number that was submitted directly after other tasks."""
    return {
        f"small number right behind {name}: ms": latency_ms,
        f"small number right behind {name}: times idle": latency_ms / idle_ms,
    }


def list_numbers(port: int, *, count: int, repeats: int) -> Figures:
    """Measure random 64-bit numbers per second, sent as one list, from its submit until it is final: the median."""
    body = {"numbers": random_64_bit(count)}
    with connected(port) as connection:
        seconds = [latency(connection, body, poll=LIST_POLL_SECONDS) for _ in range(repeats)]
    return {LIST_RATE: count / percentile(seconds, 50)}
