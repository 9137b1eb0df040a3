"""Compare the search for factors with gp's `factor`: `python benchmarks/factoring.py`.

The script prints a table in Markdown. Both get the same numbers, in turns. The times are CPU times: of this process,
and of gp as gp counts it. A list's rate is that of a chunk of random numbers of 64 bits.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import process_time

sys.path[0] = str(Path(__file__).parents[1])  # a script's own folder is put there, not the project's

from gmpy2 import next_prime  # noqa: E402 - after the path that the imports below need

from chalicelib.factorization.chunk_factoring import factor_chunk, factorize  # noqa: E402
from chalicelib.factorization.search import Search  # noqa: E402

#: The sizes of the products, and how many of each: the median counts.
SIZES = {64: 9, 96: 9, 128: 9, 160: 5, 200: 3, 224: 1}
#: The goal from 160 bits on, as a ratio, and below, in seconds more.
MAX_RATIO, MAX_MORE_SECONDS, RATIO_FROM_BITS = 1.15, 0.02, 160
CHUNK = 5_000


def product_of_primes(bits: int, seed: int) -> int:
    """Return a product of two random primes of half the bits."""
    numbers = random.Random(seed)
    return int(next_prime(numbers.getrandbits(bits // 2 - 1) | 3 << (bits // 2 - 2))) * int(
        next_prime(numbers.getrandbits(bits // 2 - 1) | 3 << (bits // 2 - 2))
    )


def own_seconds(number: int) -> float:
    """Return the CPU time of finding all factors."""
    before = process_time()
    found = Search(number, lambda _: None, proves=False, seed=1).run()
    assert found.factorization.complete
    return process_time() - before


def gp_seconds(number: int) -> float:
    """Return the CPU time of gp's `factor`."""
    program = f"default(parisizemax, 2^31)\ngettime();\nfactor({number});\nprint(gettime())\n"
    done = subprocess.run(["gp", "-q", "-f"], input=program, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1000


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
        pairs = [(own_seconds(number), gp_seconds(number)) for number in numbers]
        own, others = median(own for own, _ in pairs), median(other for _, other in pairs)
        print(f"| {bits} bits | {own:.4f} | {others:.3f} | {verdict(bits, own, others)} |", flush=True)


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
