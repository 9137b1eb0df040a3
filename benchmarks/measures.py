"""The measurements of a running service. Each is a function of the service's port that returns named figures."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from benchmarks.harness.client import FINAL, cancel, connected, finish, read, submit, submit_all, unfinished, wait
from benchmarks.harness.load import Connection, drive, percentile, read_request, submit_request

Figures = dict[str, float]
#: Returns the seconds from submitting a number until its final result.
Latency = Callable[[Connection, object], float]

#: The peer's easiest number: no divisor to try but 3.
SMALL = {"number": 11}
#: A prime for which trial division takes 760 million steps: the ninth Mersenne prime.
MERSENNE_61 = {"number": 2305843009213693951}
#: Fifty primes of 2,048 bits, 2^2047 + an offset: a proof of one takes about 8 s of a core, or more.
OFFSETS = """
    1919 2111 2895 5061 6561 6581 7115 10985 11955 12285 13895 14871 17403 22691 23625 23705 23751 26853 29669 30209
    31143 31235 31451 34553 36323 37421 39101 39641 42353 44009 45425 46175 46463 53859 56373 57095 58445 59021
    64095 64949 66153 68865 70911 71103 71843 74523 78525 81425 82065 83895
"""
LARGE_PRIMES = [{"number": f"2^2047+{offset}"} for offset in OFFSETS.split()]
#: Primes of 300 bits, whose proofs take about 40 ms of a core: for alone and for behind other work, since the service
#: finds a result that it has stored.
PROOFS, MORE_PROOFS = ([{"number": f"2^299+{n}"} for n in offsets] for offsets in ((443, 455, 645), (915, 1205, 1229)))

CLIENTS = (1, 8, 32)
#: The tasks that are finished before anything is measured, and the finished tasks that are read in turn.
WARM_UP, FINISHED = 200, 20
#: How long the peer may work on the random numbers. All of them would take it most of an hour.
RANDOM_SECONDS = 20.0
#: Between two lone numbers, in seconds, so that the work after a result has ended.
REST_SECONDS = 0.05
#: The pauses of the peer's polling clients, in seconds: the fastest of them counts.
POLLS = (0.0, 0.0005, 0.001, 0.002)
#: How many lists are submitted before the small numbers, and how many of those are measured.
LISTS, SMALL_NUMBERS = 10, 40
#: How long the queues may hold messages of cancelled tasks.
DRAIN_SECONDS = 60.0

LONE, LIST_RATE, BEHIND = "a lone number p50 ms", "list numbers/s", "a small number behind"
MERSENNE = f"{MERSENNE_61['number']}: s"


def by_waiting(connection: Connection, body: object) -> float:
    """Return the seconds of one request that waits for the final result, `Prefer: wait` (RFC 7240)."""
    request = submit_request(body).replace(b"\r\n\r\n", b"\r\nPrefer: wait=25\r\n\r\n", 1)
    start = time.perf_counter()
    task = connection.exchange(request).json()
    if task["status"] not in FINAL:
        wait(connection, str(task["task_id"]))
    return time.perf_counter() - start


def by_polling(pause: float) -> Latency:
    """Return a client that reads its task every `pause` seconds until it is final."""

    def latency(connection: Connection, body: object) -> float:
        start = time.perf_counter()
        wait(connection, submit(connection, body), poll=pause)
        return time.perf_counter() - start

    return latency


def random_64_bit(count: int) -> list[int]:
    """Return `count` numbers of exactly 64 bits, the same in every run."""
    source = random.Random(20261124)
    return [source.randrange(1 << 63, 1 << 64) for _ in range(count)]


def requests_per_second(port: int, *, count: int, open_id: str) -> Figures:
    """Measure submits and reads at 1, 8 and 32 clients: requests per second, and latencies in ms.

    Args:
        port: the port of the service.
        count: requests of each kind.
        open_id: an id that is PENDING during the whole measurement and has no task that uses the cores.
    """
    finish(port, [SMALL] * WARM_UP)
    figures: Figures = {}
    for clients in CLIENTS:
        posts, ids = submit_all(port, [SMALL] * count, clients=clients)
        while unfinished(port, ids[-100:]):  # queued tasks would compete with the reads
            time.sleep(0.05)
        turns = [read_request(task_id) for task_id in ids[-FINISHED:]]
        finals = drive(port, [turns[index % len(turns)] for index in range(count)], clients=clients)
        opens = drive(port, [read_request(open_id)] * count, clients=clients)
        by = "1 client" if clients == 1 else f"{clients} clients"
        for name, of, load in (
            ("submit", "", posts),
            ("read", " of finished tasks", finals),
            ("read", " of open tasks", opens),
        ):
            for response in load.responses:
                response.json()
            figures[f"{name}s/s{of}, {by}"] = load.per_second
            figures[f"{name} p99 ms{of}, {by}"] = load.percentile_ms(99)
    return figures


def lone_number(port: int, latencies: Sequence[Latency], *, count: int) -> Figures:
    """Measure single small numbers on an idle service, in ms, by the fastest of some clients."""
    found = []
    with connected(port) as connection:
        for latency in latencies:
            seconds = []
            for _ in range(count):
                time.sleep(REST_SECONDS)
                seconds.append(latency(connection, SMALL))
            found.append((percentile(seconds, 50), percentile(seconds, 95)))
    p50, p95 = min(found)
    return {LONE: 1000 * p50, LONE.replace("p50", "p95"): 1000 * p95}


def small_tasks(port: int, *, count: int) -> Figures:
    """Measure tasks per second, from the first submit until the last one is final, with 8 clients."""
    return {"small tasks/s to the last final": count / finish(port, [SMALL] * count)}


def random_tasks(port: int, *, count: int) -> Figures:
    """Measure tasks of random 64-bit numbers per second, until the last one is final."""
    bodies = [{"number": number} for number in random_64_bit(count)]
    return {"random 64-bit tasks/s": count / finish(port, bodies)}


def random_tasks_in_time(port: int, *, count: int) -> Figures:
    """Measure the tasks per second that are final within `RANDOM_SECONDS`: to wait for all would take too long."""
    load, ids = submit_all(port, [{"number": number} for number in random_64_bit(count)])
    time.sleep(max(0.0, RANDOM_SECONDS - load.seconds))
    return {"random 64-bit tasks/s": (count - len(unfinished(port, ids))) / RANDOM_SECONDS}


def list_numbers(port: int, *, count: int, repeats: int) -> Figures:
    """Measure random 64-bit numbers per second, sent as one list, from its submit until it is final: the median."""
    body = {"numbers": random_64_bit(count)}
    with connected(port) as connection:
        return {LIST_RATE: count / percentile([by_waiting(connection, body) for _ in range(repeats)], 50)}


def mersennes(port: int, latency: Latency, *, idle_ms: float, repeats: int) -> Figures:
    """Measure 2305843009213693951 alone, and a small number directly behind two of them: the medians."""
    alone, behind = [], []
    with connected(port) as connection:
        for _ in range(repeats):
            alone.append(latency(connection, MERSENNE_61))
            ids = [submit(connection, MERSENNE_61) for _ in range(2)]
            behind.append(1000 * latency(connection, SMALL))
            for task_id in ids:
                wait(connection, task_id)
    return {
        MERSENNE: percentile(alone, 50),
        f"{BEHIND} two of these: times idle": percentile(behind, 50) / idle_ms,
    }


def behind_other_work(port: int, *, idle_ms: float, count: int) -> Figures:
    """Measure whether cheap work waits behind expensive work: proofs, and lists of `count` numbers."""
    figures = {}
    with connected(port) as connection:
        lists = [{"numbers": list(range(count))}] * LISTS
        for name, bodies in (("two proofs of 2,048 bits", LARGE_PRIMES[:2]), (f"{LISTS} lists of {count:,}", lists)):
            with submitted(connection, bodies) as ids:
                seconds = [by_waiting(connection, SMALL)]
                while len(seconds) < SMALL_NUMBERS and read(connection, ids[-1])["status"] not in FINAL:
                    seconds.append(by_waiting(connection, SMALL))
            figures[f"{BEHIND} {name}, p50: times idle"] = 1000 * percentile(seconds, 50) / idle_ms
        alone = max(by_waiting(connection, body) for body in PROOFS)
        with submitted(connection, LARGE_PRIMES):
            behind = max(by_waiting(connection, body) for body in MORE_PROOFS)
        figures[f"a 300-bit proof behind {len(LARGE_PRIMES)} of 2,048 bits: s more"] = behind - alone
    return figures


@contextmanager
def submitted(connection: Connection, bodies: Sequence[object]) -> Iterator[list[str]]:
    """Submit `bodies` and yield their ids; on exit cancel the open tasks and wait until the queues are empty."""
    ids = [submit(connection, body) for body in bodies]
    try:
        yield ids
    finally:
        for task_id in unfinished(connection.port, ids):
            cancel(connection, task_id)
        deadline = time.perf_counter() + DRAIN_SECONDS
        while held := _held(connection):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"the queues hold {held} messages of cancelled tasks after {DRAIN_SECONDS:.0f} s")
            time.sleep(0.1)


def _held(connection: Connection) -> int:
    """Return how many messages the queues hold."""
    queues = connection.exchange(read_request("queue")).json()["queues"]
    assert isinstance(queues, dict)
    return sum(counts[name] for counts in queues.values() for name in ("waiting", "in_flight", "delayed"))
