"""Measures the estimates of a busy service, and the delay of requests by others that wait."""

import multiprocessing
import random
import selectors
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import gmpy2

from benchmarks.fairness import submitted
from benchmarks.harness.client import connected, read, unfinished
from benchmarks.harness.load import Connection, percentile, read_request, submit_request
from benchmarks.measures import SMALL, Figures, random_64_bit

#: Seconds between two of the mixed tasks, so that two cores are busy all the time.
SPREAD_SECONDS = 0.04
#: How long the last of them may take.
DRAIN_SECONDS = 300.0

#: The waits that begin in each second, and for how many seconds they do; each would last 25 s.
WAITS_PER_SECOND, STORM_SECONDS = 200, 30.0
#: Primes of 2,048 bits, whose results are waited for: two proofs run, the others are queued.
AWAITED = [{"number": f"2^2047+{offset}"} for offset in (1919, 2111)] * 5
#: Requests without a wait that are measured, each after a pause in seconds.
MEASURED, PAUSE_SECONDS = 300, 0.05


def accuracy(port: int, *, count: int) -> Figures:
    """Measure how the time to a result compares to the estimate in the response 202, for mixed tasks."""
    with connected(port) as connection:
        promised: dict[str, float] = {}
        start = time.perf_counter()
        for index, body in enumerate(mixed(count)):
            time.sleep(max(0.0, start + SPREAD_SECONDS * index - time.perf_counter()))
            accepted = connection.exchange(submit_request(body)).json()
            if promised:  # clients read their tasks, too: one of those of the last seconds
                read(connection, list(promised)[max(0, len(promised) - 20)])
            promised[str(accepted["task_id"])] = _seconds(accepted["expected_at"])
    deadline = time.perf_counter() + DRAIN_SECONDS
    while (left := unfinished(port, list(promised))) and time.perf_counter() < deadline:
        time.sleep(1)
    with connected(port) as connection:
        if left:
            raise TimeoutError(
                f"{len(left)} of {count} tasks are not final after {DRAIN_SECONDS:.0f} s, such as"
                f" {read(connection, left[0])}"
            )
        errors, took = [], []
        for task_id, expected_at in promised.items():
            task = read(connection, task_id)
            submitted_at, finished_at = (_seconds(task[name]) for name in ("submitted_at", "finished_at"))
            actual, expected = max(finished_at - submitted_at, 0.001), max(expected_at - submitted_at, 0.001)
            errors.append(max(actual / expected, expected / actual))
            took.append(actual)
    return {
        f"{count:,} mixed tasks, p50: s": percentile(took, 50),
        f"{count:,} mixed tasks, p95: s": percentile(took, 95),
        f"estimates of {count:,} mixed tasks, p50: times off": percentile(errors, 50),
        f"estimates of {count:,} mixed tasks, p90: times off": percentile(errors, 90),
    }


def mixed(count: int) -> Iterator[dict[str, object]]:
    """Yield submissions of every class of cost, in a random order that is the same in every run."""
    source = random.Random(20261127)
    small = random_64_bit(5_000)
    kinds: dict[str, Callable[[], dict[str, object]]] = {
        "64 bits": lambda: {"number": source.getrandbits(64)},
        "1,000 bits": lambda: {"number": hex(source.getrandbits(1_000) | 1)},
        "list of small numbers": lambda: {"numbers": source.sample(small, source.randrange(10, 5_000))},
        "list of 1,000 digits": lambda: {"numbers": [hex(source.getrandbits(3_322) | 1) for _ in range(200)]},
        "prime of 300 bits": lambda: _prime(source, 300),
        "prime of 1,000 bits": lambda: _prime(source, 1_000),
        "5,000 digits": lambda: {"number": hex(source.getrandbits(16_609) | 1)},
    }
    weights = (55, 15, 10, 6, 6, 3, 5)
    for name in source.choices(list(kinds), weights, k=count):
        yield kinds[name]()


def _prime(source: random.Random, bits: int) -> dict[str, object]:
    return {"number": hex(gmpy2.next_prime(source.getrandbits(bits)))}


def wait_storm(port: int) -> Figures:
    """Measure submits and reads without a wait, alone and beside `WAITS_PER_SECOND` requests that wait."""
    with connected(port) as connection:
        idle = _without_wait(connection)
        with submitted(connection, AWAITED) as ids:
            while read(connection, ids[0])["status"] == "PENDING":
                time.sleep(0.05)
            storm = multiprocessing.Process(target=_send_waits, args=(port, ids), daemon=True)
            storm.start()
            try:
                time.sleep(2)
                in_storm = _without_wait(connection)
            finally:
                storm.join()
    figures: Figures = {}
    for name, values in idle.items():
        title = f"{name} without a wait in a storm of {WAITS_PER_SECOND} waits/s"
        for percent in (50, 95):
            seconds = percentile(in_storm[name], percent)
            figures[f"{title}, p{percent}: ms"] = 1000 * seconds
            figures[f"{title}, p{percent}: times idle"] = seconds / percentile(values, percent)
    return figures


def _without_wait(connection: Connection) -> dict[str, list[float]]:
    """Return the seconds of submits, and of reads of the tasks that they made."""
    times: dict[str, list[float]] = {"submit": [], "read": []}
    for _ in range(MEASURED):
        time.sleep(PAUSE_SECONDS)
        response = connection.exchange(submit_request(SMALL))
        times["submit"].append(response.seconds)
        times["read"].append(connection.exchange(read_request(str(response.json()["task_id"]))).seconds)
    return times


def _send_waits(port: int, ids: list[str]) -> None:
    """Send requests that wait, at a steady rate, whether or not earlier ones have their responses."""
    requests = [read_request(task_id).replace(b"\r\n\r\n", b"\r\nPrefer: wait=25\r\n\r\n") for task_id in ids]
    start, sent, free = time.perf_counter(), 0, list[Connection]()
    with selectors.EpollSelector() as selector:
        while (passed := time.perf_counter() - start) < STORM_SECONDS:
            while sent < passed * WAITS_PER_SECOND:
                client = free.pop() if free else Connection(port)
                client.send(requests[sent % len(requests)])
                assert client.socket is not None
                selector.register(client.socket, selectors.EVENT_READ, client)
                sent += 1
            for key, _ in selector.select(0.005):
                client = key.data
                if client.receive() is not None:
                    selector.unregister(key.fileobj)
                    if client.socket is not None:
                        free.append(client)


def _seconds(text: object) -> float:
    return datetime.fromisoformat(str(text)).timestamp()
