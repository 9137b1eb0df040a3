"""What is measured on a running service, each measurement a function from a port to named figures."""

import contextlib
import random
import time
from collections.abc import Iterator

from benchmarks.client import finish, finished_within, latency, read, submit, unfinished, wait
from benchmarks.load import Connection, drive, percentile, read_request, submit_request

Figures = dict[str, float]

#: The peer's easiest number: no divisor to try but 3.
SMALL = {"number": 11}

#: A prime that costs trial division 760 million steps: the ninth Mersenne prime.
MERSENNE_61 = {"number": 2305843009213693951}

#: Primes of 2,048 bits: a proof of one takes the prover's whole deadline, or nearly.
LARGE_PRIMES = ({"number": "2^2047+1919"}, {"number": "2^2047+2111"})

CLIENTS = (1, 8, 32)

#: How long the peer may work on the thousand random numbers: all would take it the better part of an hour.
RANDOM_SECONDS = 20.0


def random_64_bit(count: int) -> list[int]:
    """Return `count` numbers of exactly 64 bits, the same in every run."""
    source = random.Random(20261124)
    return [source.getrandbits(63) | 1 << 63 for _ in range(count)]


def requests_per_second(port: int, *, count: int) -> Figures:
    """Measure submits and reads at 1, 8 and 32 clients: requests a second, and latencies in ms."""
    figures: Figures = {}
    for clients in CLIENTS:
        posts = drive(port, [submit_request(SMALL)] * count, clients=clients)
        ids = [str(reply.json()["task_id"]) for reply in posts.replies]
        # What the submits left in the queue must not compete with the reads.
        with connected(port) as connection:
            wait(connection, ids[-1])
        while unfinished(port, ids[-100:]):
            time.sleep(0.05)
        gets = drive(port, [read_request(ids[-1])] * count, clients=clients)
        for name, load in (("submit", posts), ("read", gets)):
            for reply in load.replies:
                reply.json()
            by = "1 client" if clients == 1 else f"{clients} clients"
            figures[f"{name}s/s, {by}"] = load.per_second
            for percent in (50, 95, 99):
                figures[f"{name} p{percent} ms, {by}"] = load.percentile_ms(percent)
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
    """Measure tasks a second from the first submit to the last final, 8 clients."""
    return {"small tasks/s to the last final": count / finish(port, [SMALL] * count, clients=8).final}


def random_tasks(port: int, *, count: int) -> Figures:
    """Measure single random 64-bit numbers a second, to the last final."""
    bodies = [{"number": number} for number in random_64_bit(count)]
    return {"random 64-bit tasks/s": count / finish(port, bodies, clients=8).final}


def random_tasks_in_time(port: int, *, count: int) -> Figures:
    """Measure the same where it would take too long: finals a second within `RANDOM_SECONDS`."""
    bodies = [{"number": number} for number in random_64_bit(count)]
    done = finished_within(port, bodies, clients=8, seconds=RANDOM_SECONDS)
    return {"random 64-bit tasks/s": done / RANDOM_SECONDS}


def mersenne(port: int, *, repeats: int) -> Figures:
    """Measure submit→final of 2305843009213693951 alone, in seconds: the median of `repeats`."""
    with connected(port) as connection:
        seconds = [latency(connection, MERSENNE_61) for _ in range(repeats)]
    return {"2305843009213693951: submit→final s": percentile(seconds, 50)}


def behind_mersennes(port: int, *, idle_ms: float, repeats: int) -> Figures:
    """Measure how long a small number waits that comes right after two of 2305843009213693951: the median."""
    waits = []
    with connected(port) as connection:
        for _ in range(repeats):
            ids = [submit(connection, MERSENNE_61) for _ in range(2)]
            waits.append(1000 * latency(connection, SMALL))
            for task_id in ids:
                wait(connection, task_id)
    return _waited("two of 2305843009213693951", percentile(waits, 50), idle_ms)


def behind_proofs(port: int, *, idle_ms: float) -> Figures:
    """Measure the same after two 2,048-bit primes, then twenty more small numbers while both are proved.

    Raises RuntimeError where a proof was over before them: then the figures would say nothing.
    """
    with connected(port) as connection:
        ids = [submit(connection, body) for body in LARGE_PRIMES]
        waited_ms = 1000 * latency(connection, SMALL)
        while any(read(connection, task_id)["status"] == "PENDING" for task_id in ids):
            time.sleep(0.01)
        seconds = [latency(connection, SMALL) for _ in range(20)]
        over = [task_id for task_id in ids if read(connection, task_id)["status"] != "STARTED"]
        if over:
            raise RuntimeError(f"{len(over)} of the two proofs ended while small numbers were measured")
        for task_id in ids:
            connection.ask(read_request(task_id, "DELETE")).json()
    during = 1000 * percentile(seconds, 50) / idle_ms
    return {
        **_waited("two 2,048-bit primes", waited_ms, idle_ms),
        "small numbers while two 2,048-bit primes are proved, p50: times idle": during,
    }


def _waited(name: str, waited_ms: float, idle_ms: float) -> Figures:
    return {
        f"small number right behind {name}: ms": waited_ms,
        f"small number right behind {name}: times idle": waited_ms / idle_ms,
    }


def bulk(port: int, *, count: int) -> Figures:
    """Measure random 64-bit numbers a second, sent as one list, to its final."""
    with connected(port) as connection:
        seconds = latency(connection, {"numbers": random_64_bit(count)})
    return {"bulk numbers/s": count / seconds}


@contextlib.contextmanager
def connected(port: int) -> Iterator[Connection]:
    """Yield a connection to `port` that is closed on leaving."""
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()
