"""Compare the search for factors with gp's `factor`: `python benchmarks/factoring.py`.

The script prints tables in Markdown. All get the same products of two primes of half the size, in turns. The times of
the search are CPU times: of this process, which also proves the factors, and of gp as gp counts it. The times from the
submission to the factors are wall-clock times of `make run`, with the CPU time of all of its processes; gp has the
priority of the function. A list's rate is that of a chunk of random numbers of 64 bits.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median
from time import process_time

sys.path[0] = str(Path(__file__).parents[1])  # a script's own folder is put there, not the project's

from gmpy2 import next_prime  # noqa: E402 - after the path that the imports below need

from benchmarks.harness import client, service  # noqa: E402
from benchmarks.harness.load import Connection, submit_request  # noqa: E402
from benchmarks.harness.processes import descendants, stat  # noqa: E402
from chalicelib.factorization.chunk_factoring import factor_chunk, factorize  # noqa: E402
from chalicelib.factorization.search import Search  # noqa: E402
from chalicelib.numbers.cost import (  # noqa: E402
    MAX_SHORT_FACTORING_SECONDS,
    MAX_WORKER_FACTORING_SECONDS,
    factoring_seconds,
)
from chalicelib.queues import Queue  # noqa: E402
from infra.emulator.function_parent import NICENESS  # noqa: E402

#: The sizes of the products, and how many of each: the median counts.
SIZES = {64: 9, 96: 9, 128: 9, 160: 5, 200: 3, 240: 1}
#: The functions of the queues.
FUNCTIONS = {Queue.TASKS: "Worker", Queue.FACTORS: "Factorizer", Queue.LONG_FACTORS: "LongFactorizer"}
#: The goal from 160 bits on, as a ratio, and below, in seconds more.
MAX_RATIO, MAX_MORE_SECONDS, RATIO_FROM_BITS = 1.15, 0.02, 160
CHUNK = 5_000
#: How often a task is read that takes longer than a request may, and how long it is waited for.
POLL_SECONDS, MAX_WAIT_SECONDS = 0.1, 1_800.0


def product_of_primes(bits: int, seed: int) -> int:
    """Return a product of two random primes of half the bits."""
    numbers = random.Random(seed)
    return int(next_prime(numbers.getrandbits(bits // 2 - 1) | 3 << (bits // 2 - 2))) * int(
        next_prime(numbers.getrandbits(bits // 2 - 1) | 3 << (bits // 2 - 2))
    )


def own_seconds(number: int) -> float:
    """Return the CPU time of finding and proving all factors."""
    before = process_time()
    found = Search(number, lambda _: None).run()
    assert found.factorization.complete
    return process_time() - before


def gp_seconds(number: int, niceness: int = 0) -> tuple[float, float]:
    """Return the CPU time and the wall-clock time of gp's `factor`, at a scheduling priority."""
    program = (
        f"default(parisizemax, 2^31)\ngettime();wall = getwalltime();\nfactor({number});\n"
        'print(gettime(), " ", getwalltime() - wall)\n'
    )
    done = subprocess.run(
        ["nice", "-n", str(niceness), "gp", "-q", "-f"], input=program, capture_output=True, text=True, check=True
    )
    cpu, wall = done.stdout.split()
    return int(cpu) / 1000, int(wall) / 1000


def service_cpu_seconds(root: int) -> float:
    """Return the CPU time of a process, its descendants and those of them that have ended."""
    seconds = 0
    for pid in descendants(root):
        with suppress(OSError):  # it has ended
            seconds += sum(map(int, stat(pid)[11:15]))
    return seconds / os.sysconf("SC_CLK_TCK")


def verdict(bits: int, own: float, others: float) -> str:
    """Return the columns of the ratio and of the goal."""
    if bits >= RATIO_FROM_BITS:
        text, reached = f"ratio at most {MAX_RATIO}", own <= MAX_RATIO * others
    else:
        text, reached = f"{MAX_MORE_SECONDS} s more at most", own <= others + MAX_MORE_SECONDS
    return f"{own / others if others else 0:.2f} | {text}: {'reached' if reached else '**missed**'}"


def search_table() -> None:
    """Print the times of the search alone."""
    own_seconds(product_of_primes(128, 0))  # loads the libraries
    print("| product of two primes | this engine, s | gp, s | ratio | goal |\n|---|---|---|---|---|")
    for bits, count in SIZES.items():
        numbers = [product_of_primes(bits, seed) for seed in range(count)]
        pairs = [(own_seconds(number), gp_seconds(number)[0]) for number in numbers]
        own, others = median(own for own, _ in pairs), median(other for _, other in pairs)
        print(f"| {bits} bits | {own:.4f} | {others:.3f} | {verdict(bits, own, others)} |", flush=True)


def seconds_to_factors(connection: Connection, number: int) -> float:
    """Submit a number, wait for its factors, and return the time from its submission until they were written."""
    request = submit_request({"number": str(number), "factors": True})
    task = connection.exchange(request.replace(b"\r\n", b"\r\nPrefer: wait=25\r\n", 1)).json()
    if task["status"] not in client.FINAL:
        task = client.wait(connection, str(task["task_id"]), seconds=MAX_WAIT_SECONDS, poll=POLL_SECONDS)
    begun, ended = (datetime.fromisoformat(str(task[name])) for name in ("submitted_at", "finished_at"))
    return (ended - begun).total_seconds()


def queue_of(seconds: float) -> Queue:
    """Return the queue whose function finds the factors of a composite."""
    if seconds <= MAX_WORKER_FACTORING_SECONDS:
        return Queue.TASKS
    return Queue.FACTORS if seconds <= MAX_SHORT_FACTORING_SECONDS else Queue.LONG_FACTORS


def service_table() -> None:
    """Print the times from the submission to the factors."""
    print("\n| product of two primes | service, s | gp, s | ratio | goal | service, CPU s | gp, CPU s |")
    print("|---|---|---|---|---|---|---|")
    with service.run_service() as running, client.connected(running.port) as connection:
        seconds_to_factors(connection, product_of_primes(128, 99))  # starts the functions
        for bits, count in SIZES.items():
            rows, niceness = [], NICENESS[FUNCTIONS[queue_of(factoring_seconds(bits))]]
            for seed in range(count):
                number = product_of_primes(bits, seed)
                cpu = service_cpu_seconds(running.pid)
                wall = seconds_to_factors(connection, number)
                rows.append((wall, service_cpu_seconds(running.pid) - cpu, *gp_seconds(number, niceness)))
            wall, cpu, gp_cpu, gp_wall = (median(column) for column in zip(*rows, strict=True))
            ratio = verdict(bits, wall, gp_wall)
            print(f"| {bits} bits | {wall:.3f} | {gp_wall:.3f} | {ratio} | {cpu:.2f} | {gp_cpu:.3f} |", flush=True)


def list_rate() -> None:
    """Print the rate of random numbers of 64 bits in a list."""
    chosen = random.Random(1)
    text = " ".join(f"{chosen.getrandbits(64):x}" for _ in range(CHUNK))
    before = process_time()
    factor_chunk(text, lambda n, _: factorize(n, None))
    print(f"\nRandom numbers of 64 bits in a list: {CHUNK / (process_time() - before):,.0f}/s on a core.")


if __name__ == "__main__":
    search_table()
    list_rate()
    service_table()
