"""Compare the search for a prime with gp's `nextprime`, and ranges with numbers one by one.

`python benchmarks/searching.py` prints two tables in Markdown. Both searches get the same random numbers, in turns. The
times are CPU times: of this process, and of gp as gp counts it. A range is screened in chunks, as lists are: as ranges,
as other numbers of a list would be, and number by number, as single tasks are.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

sys.path[0] = str(Path(__file__).parents[1])  # a script's own folder is put there, not the project's

from chalicelib.primality.chunk_screening import join_results, screen_chunk  # noqa: E402 - after the path
from chalicelib.primality.direction import Direction  # noqa: E402
from chalicelib.primality.screening import screen  # noqa: E402
from chalicelib.primality.search import find_prime  # noqa: E402
from chalicelib.tasks.chunks import MAX_CHUNK_NUMBERS  # noqa: E402

#: The digits, and how many numbers.
SIZES = {20: 300, 100: 100, 300: 30, 1_000: 6}
#: The goal, as a ratio of the times, and the least digits that it is for: below, the proof of the prime is most of the
#: time.
MAX_RATIO, RATIO_FROM_DIGITS = 1.0, 100
FIRST, COUNT = 10**12, 1_000_000


def own_seconds(numbers: list[int]) -> tuple[list[int], float]:
    """Return the next primes of numbers, and the CPU time."""
    before = process_time()
    return [find_prime(number, Direction.NEXT).number for number in numbers], process_time() - before


def gp_seconds(numbers: list[int]) -> tuple[list[int], float]:
    """Return the next primes of numbers by gp, and its CPU time."""
    listed = "".join(f"v[{place}] = {number};\n" for place, number in enumerate(numbers, start=1))
    program = f"v = vector({len(numbers)});\n{listed}gettime();\nw = apply(n -> nextprime(n + 1), v);\nt = gettime();\n"
    done = subprocess.run(
        ["gp", "-q", "-f"], input=f"{program}print(w);\nprint(t)\n", capture_output=True, text=True, check=True
    )
    primes, milliseconds = done.stdout.splitlines()
    return [int(prime) for prime in primes.strip("[]").split(", ")], int(milliseconds) / 1000


def chunks() -> Iterator[range]:
    """Yield the chunks of the range."""
    for first in range(FIRST, FIRST + COUNT, MAX_CHUNK_NUMBERS):
        yield range(first, first + MAX_CHUNK_NUMBERS)


def seconds_of(screen_all: Callable[[range], bytes]) -> tuple[int, float]:
    """Return the hash of the results of all chunks, and the CPU time."""
    before = process_time()
    texts = [screen_all(numbers) for numbers in chunks()]
    return hash(tuple(texts)), process_time() - before


def main() -> None:
    """Print the tables."""
    own_seconds([10**100])  # loads the libraries
    print("| next prime of numbers of | this engine, ms | gp, ms | ratio | goal |\n|---|---|---|---|---|")
    for digits, count in SIZES.items():
        chosen = random.Random(digits)
        numbers = [chosen.randrange(10 ** (digits - 1), 10**digits) for _ in range(count)]
        (primes, own), (others, gp) = own_seconds(numbers), gp_seconds(numbers)
        assert primes == others
        verdict = "reached" if own <= MAX_RATIO * gp else "**missed**"
        goal = f"at most {MAX_RATIO:g}: {verdict}" if digits >= RATIO_FROM_DIGITS else ""
        own_ms, gp_ms = (1000 * seconds / count for seconds in (own, gp))
        print(f"| {digits:,} digits | {own_ms:.3g} | {gp_ms:.3g} | {own / gp:.2f} | {goal} |", flush=True)
    ways: dict[str, Callable[[range], bytes]] = {
        "as ranges": lambda numbers: screen_chunk(f"{numbers[0]:x}..{numbers[-1]:x}").text,
        "as other numbers of lists": lambda numbers: screen_chunk(" ".join(f"{n:x}" for n in numbers)).text,
        "one by one": lambda numbers: join_results([screen(n) for n in numbers]).text,
    }
    print(f"\n| the {COUNT:,} numbers from {FIRST:.0e} | s | times as fast as one by one |\n|---|---|---|")
    found = {name: seconds_of(way) for name, way in ways.items()}
    assert len({results for results, _ in found.values()}) == 1
    for name, (_, seconds) in found.items():
        print(f"| {name} | {seconds:.2f} | {found['one by one'][1] / seconds:.1f} |")


if __name__ == "__main__":
    main()
