"""Measures for each pair of queues whether cheap work waits behind expensive work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.harness.client import FINAL, cancel, connected, latency, read, submit, unfinished
from benchmarks.harness.load import Connection, percentile, read_request
from benchmarks.measures import SMALL, Figures, latency_figures, random_integers

#: Primes of 2,048 bits, 2^2047 + an offset: a proof of one takes about 8 s of a core, or more.
OFFSETS = """
    1919 2111 2895 5061 6561 6581 7115 10985 11955 12285 13895 14871 17403 22691 23625 23705 23751 26853 29669 30209
    31143 31235 31451 34553 36323 37421 39101 39641 42353 44009 45425 46175 46463 53859 56373 57095 58445 59021
    64095 64949 66153 68865 70911 71103 71843 74523 78525 81425 82065 83895
"""
LARGE_PRIMES = [{"number": f"2^2047+{offset}"} for offset in OFFSETS.split()]

#: Primes of 300 bits, whose proofs take about 40 ms of a core: for alone and for behind other work, since the service
#: finds a result that it has stored.
PROOFS, MORE_PROOFS = (
    [{"number": f"2^299+{offset}"} for offset in offsets] for offsets in ((443, 455, 645), (915, 1205, 1229))
)

#: Primes of 5,456 to 6,294 digits that the theorem of their form decides within 1.5 s of a core, in the same way.
SPECIAL_FORMS = [{"number": "3*2^18123-1"}, {"number": "2^19937-1"}]
MORE_SPECIAL_FORMS = [{"number": "3*2^18819-1"}, {"number": "3*2^20909+1"}]

#: How many lists are submitted before the small numbers.
LISTS = 10

#: How many small numbers are measured beside other work, unless that ends before.
SMALL_NUMBERS = 40

#: How often two large primes are submitted with a small number directly behind them.
PAIRS = 5

#: The numbers of a list of numbers of 1,000 digits: a request body has 5 MB at most.
LONG_NUMBERS, DIGITS = 4_880, 1_000

#: How long the queues may hold messages of cancelled tasks.
DRAIN_SECONDS = 60.0


def behind_proofs(port: int, *, idle_ms: float) -> Figures:
    """Measure a small number directly after two 2,048-bit primes, and twenty more while both are proved; five times.

    Raises:
        RuntimeError: a proof ended before the small numbers did, so that the figures would mean nothing.
    """
    right_behind: list[float] = []
    while_proved: list[float] = []
    with connected(port) as connection:
        for _ in range(PAIRS):
            with submitted(connection, LARGE_PRIMES[:2]) as ids:
                right_behind.append(latency(connection, SMALL))
                while any(read(connection, task_id)["status"] == "PENDING" for task_id in ids):
                    time.sleep(0.01)
                while_proved.extend(latency(connection, SMALL) for _ in range(20))
                ended = [task_id for task_id in ids if read(connection, task_id)["status"] != "STARTED"]
                if ended:
                    raise RuntimeError(f"{len(ended)} of the two proofs ended while small numbers were measured")
    return {
        **latency_figures("two 2,048-bit primes", 1000 * percentile(right_behind, 50), idle_ms),
        "small numbers while two 2,048-bit primes are proved, p50: times idle": 1000
        * percentile(while_proved, 50)
        / idle_ms,
    }


def behind_small_lists(port: int, *, idle_ms: float, count: int) -> Figures:
    """Measure small numbers behind ten lists of `count` numbers of up to six digits."""
    return _behind_lists(port, list(range(count)), f"{LISTS} lists of {count:,} small numbers", idle_ms)


def behind_long_lists(port: int, *, idle_ms: float, count: int) -> Figures:
    """Measure small numbers behind ten lists of `count` random numbers of 1,000 digits."""
    numbers = random_integers(count, 10 ** (DIGITS - 1), 10**DIGITS)
    return _behind_lists(port, numbers, f"{LISTS} lists of {count:,} numbers of {DIGITS:,} digits", idle_ms)


def _behind_lists(port: int, numbers: list[int], name: str, idle_ms: float) -> Figures:
    """Measure small numbers, one after another, until `SMALL_NUMBERS` are final or no list is open."""
    with connected(port) as connection, submitted(connection, [{"numbers": numbers}] * LISTS) as ids:
        seconds: list[float] = []
        while len(seconds) < SMALL_NUMBERS and read(connection, ids[-1])["status"] not in FINAL:
            seconds.append(latency(connection, SMALL))
    if not seconds:
        raise RuntimeError(f"the {name} were final before a small number was measured")
    return {
        f"small numbers behind {name}, p50: ms": 1000 * percentile(seconds, 50),
        f"small numbers behind {name}, p95: ms": 1000 * percentile(seconds, 95),
        f"small numbers behind {name}, p50: times idle": 1000 * percentile(seconds, 50) / idle_ms,
    }


def behind_long_proofs(port: int) -> Figures:
    """Measure short proofs and special forms alone, and again behind fifty proofs of 2,048-bit primes: in seconds."""
    with connected(port) as connection:
        proof_alone, form_alone = _slowest(connection, PROOFS), _slowest(connection, SPECIAL_FORMS)
        with submitted(connection, LARGE_PRIMES):
            proof, form = _slowest(connection, MORE_PROOFS), _slowest(connection, MORE_SPECIAL_FORMS)
    figures = {}
    for name, alone, behind in (
        ("300-bit proof", proof_alone, proof),
        ("special form of 6,000 digits", form_alone, form),
    ):
        figures[f"{name} alone: s"] = alone
        figures[f"{name} behind {len(LARGE_PRIMES)} 2,048-bit ones: s"] = behind
        figures[f"{name} behind {len(LARGE_PRIMES)} 2,048-bit ones: s more"] = behind - alone
    return figures


def _slowest(connection: Connection, bodies: list[dict[str, str]]) -> float:
    """Return the seconds of the slowest of some tasks that are submitted one after another."""
    return max(latency(connection, body) for body in bodies)


@contextmanager
def submitted(connection: Connection, bodies: list[dict[str, str]] | list[dict[str, list[int]]]) -> Iterator[list[str]]:
    """Submit `bodies` and yield their ids; on exit cancel the open tasks and wait until the queues are empty."""
    ids = [submit(connection, body) for body in bodies]
    try:
        yield ids
    finally:
        for task_id in unfinished(connection.port, ids):
            cancel(connection, task_id)
        _wait_until_empty(connection)


def _wait_until_empty(connection: Connection) -> None:
    deadline = time.perf_counter() + DRAIN_SECONDS
    while (held := _held(connection)) and time.perf_counter() < deadline:
        time.sleep(0.1)
    if held:
        raise TimeoutError(f"the queues hold {held} messages of cancelled tasks after {DRAIN_SECONDS:.0f} s")


def _held(connection: Connection) -> int:
    """Return how many messages the queues hold."""
    queues = connection.exchange(read_request("queue")).json()["queues"]
    assert isinstance(queues, dict)
    return sum(counts[name] for counts in queues.values() for name in ("waiting", "in_flight", "delayed"))
