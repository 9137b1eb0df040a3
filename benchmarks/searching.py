"""Compare the search for a prime with gp's `nextprime`: `python benchmarks/searching.py` prints a table in Markdown.

Both get the same random numbers, in turns. The times are CPU times: of this process, and of gp as gp counts it.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from time import process_time

sys.path[0] = str(Path(__file__).parents[1])  # a script's own folder is put there, not the project's

from chalicelib.primality.direction import Direction  # noqa: E402
from chalicelib.primality.prime_search import find_prime  # noqa: E402

#: The digits, and how many numbers.
SIZES = {20: 300, 100: 100, 300: 30, 1_000: 6}
#: The goal, as a ratio of the times, and the least digits that it is for: below, the proof of the prime is most of the
#: time.
MAX_RATIO, RATIO_FROM_DIGITS = 1.0, 100


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


def main() -> None:
    """Print the table."""
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


if __name__ == "__main__":
    main()
