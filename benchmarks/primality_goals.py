"""The goals of the engine that `python benchmarks/primality.py` measures beside its table.

Times are CPU times of this process. A ratio compares the minima of rounds in which the contenders take turns.
"""

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median, quantiles
from typing import Any

import gmpy2
from cypari import pari
from flint import fmpz

from chalicelib.primality import curve_search, ecpp
from chalicelib.primality.chunk_screening import screen_chunk
from chalicelib.primality.screening import screen

#: Bits of primes, and at most how many times the fastest library's time their screening takes.
SCREENING_GOALS = {32: 1.8, 64: 1.3, 128: 1.2, 1024: 1.1}
SCREENED_PRIMES, SCREENING_ROUNDS, ROUND_SECONDS = 5, 25, 0.005
#: How many primes of which sizes get a certificate, and the goals in milliseconds.
SMALL_PRIMES, SMALL_BITS, P95_GOAL_MS, SLOWEST_GOAL_MS = 1_000, (65, 128), 5, 8
#: Bits of primes, how many of them, and at most how many times PARI's time their certificates take.
CERTIFICATE_GOALS = ((160, 40, 0.4), (192, 40, 0.4), (256, 40, 0.55), (384, 20, 0.8), (512, 20, 1.0), (1024, 5, None))
CERTIFICATE_ROUNDS = 3
#: Numbers of a chunk, rounds, and at most how many times the time of the bare calls a chunk of random numbers takes.
CHUNK_NUMBERS, CHUNK_ROUNDS, CHUNK_GOAL = 2_000, 50, 1.5
SMALL_PRODUCT = gmpy2.primorial(1_000)

Call = Callable[[], Any]


def print_goals(source: random.Random) -> None:
    """Print the goals and what was measured, in Markdown."""
    print(
        "\n## Goals\n\nCPU time of one process. Ratios are of the minima of rounds in which the contenders take turns."
    )
    print("\n| what | goal: at most | measured |\n|---|---|---|")
    for rows in (screenings(source), small_certificates(source), certificates(source), chunks(source)):
        for what, goal, measured in rows:
            print(f"| {what} | {goal or ''} | {measured} |", flush=True)


def screenings(source: random.Random) -> Iterator[tuple[str, object, str]]:
    """Yield the rows of screening: the median of the ratios of some primes."""
    for bits, goal in SCREENING_GOALS.items():
        ratio = median([screening_ratio(prime(bits, source)) for _ in range(SCREENED_PRIMES)])
        yield f"screening a prime of {bits:,} bits, to the fastest library", goal, f"{ratio:.2f}"


def small_certificates(source: random.Random) -> Iterator[tuple[str, object, str]]:
    """Yield the rows of certificates of small primes."""
    primes = [prime(source.randint(*SMALL_BITS), source) for _ in range(SMALL_PRIMES)]
    ecpp.certify(primes[0])  # loads what they need
    milliseconds = [1000 * seconds(partial(ecpp.certify, n)) for n in primes]
    low, high = SMALL_BITS
    yield (
        f"certificates of {SMALL_PRIMES:,} primes of {low} to {high} bits: median",
        None,
        f"{median(milliseconds):.2f} ms",
    )
    yield "their 95th percentile", f"{P95_GOAL_MS} ms", f"{quantiles(milliseconds, n=20)[-1]:.2f} ms"
    yield "the slowest", f"{SLOWEST_GOAL_MS} ms", f"{max(milliseconds):.2f} ms"
    yield "how many PARI makes", "0", str(made_by_pari(primes))


def certificates(source: random.Random) -> Iterator[tuple[str, object, str]]:
    """Yield the rows of certificates of larger primes: the ratio of the sums."""
    for bits, count, goal in CERTIFICATE_GOALS:
        primes = [prime(bits, source) for _ in range(count)]
        times = [minima([partial(ecpp.certify, n), partial(pari_certificate, n)], CERTIFICATE_ROUNDS) for n in primes]
        ratio = sum(engine for engine, _ in times) / sum(other for _, other in times)
        yield f"certificates of {count} primes of {bits:,} bits, to PARI", goal, f"{ratio:.2f}"
        yield "how many PARI makes", None, str(made_by_pari(primes))


def chunks(source: random.Random) -> Iterator[tuple[str, object, str]]:
    """Yield the rows of chunks of lists, from hexadecimal text to lines of results."""
    randoms = [source.getrandbits(63) | 1 << 63 for _ in range(CHUNK_NUMBERS)]
    primes = [prime(64, source) for _ in range(CHUNK_NUMBERS)]
    for kind, numbers, goal in (("numbers", randoms, CHUNK_GOAL), ("primes", primes, None)):
        text = " ".join(f"{n:x}" for n in numbers)
        engine, bare = minima([partial(screen_chunk, text), partial(bare_calls, numbers)], CHUNK_ROUNDS)
        what = f"a chunk of {CHUNK_NUMBERS:,} random {kind} of 64 bits, to bare calls that keep a factor or a base"
        yield what, goal, f"{engine / bare:.2f} ({CHUNK_NUMBERS / engine:,.0f} numbers/s)"


def prime(bits: int, source: random.Random) -> int:
    """Return a prime of exactly `bits` bits."""
    while (p := int(gmpy2.next_prime(source.getrandbits(bits - 1) | 1 << (bits - 1)))).bit_length() > bits:
        pass
    return p


def screening_ratio(n: int) -> float:
    """Return the time of the engine over that of the fastest library."""
    calls: list[Call] = [
        lambda: screen(n),
        lambda: gmpy2.is_prime(n, 24),
        lambda: fmpz(n).is_probable_prime(),
        lambda: pari.ispseudoprime(pari(hex(n))),
    ]
    engine, *libraries = minima(calls, SCREENING_ROUNDS, ROUND_SECONDS)
    return engine / min(libraries)


def pari_certificate(n: int) -> tuple[str, str]:
    """Make, validate and write a certificate by PARI alone."""
    certificate = pari.primecert(pari(hex(n)))
    if not pari.primecertisvalid(certificate):
        raise ArithmeticError(f"PARI's certificate of {n} is not valid")
    return str(certificate), str(pari.primecertexport(certificate, 1))


def made_by_pari(primes: list[int]) -> int:
    """Return for how many primes the search of curves finds nothing."""
    return sum(curve_search.find_rows(n) is None for n in primes)


def bare_calls(numbers: list[int]) -> list[int]:
    """Return a factor or a base for each composite number and 0 for each prime, with as little Python as possible."""
    witnesses = []
    for n in numbers:
        if (divisor := gmpy2.gcd(n, SMALL_PRODUCT)) > 1:
            witnesses.append(int(divisor))
        elif fmpz(n).is_probable_prime():
            witnesses.append(0)
        else:
            witnesses.append(2 if not gmpy2.is_strong_prp(n, 2) else 3)
    return witnesses


def minima(calls: list[Call], rounds: int, round_seconds: float = 0.0) -> list[float]:
    """Return the least seconds of each call; in a round each is repeated until it takes `round_seconds`."""
    repeats = [max(1, int(round_seconds / seconds(call))) for call in calls] if round_seconds else [1] * len(calls)
    times = [[seconds(call, count) for call, count in zip(calls, repeats, strict=True)] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def seconds(call: Call, count: int = 1) -> float:
    """Return the CPU seconds of a call: the mean of `count` calls."""
    start = time.process_time()
    for _ in range(count):
        call()
    return max((time.process_time() - start) / count, 1e-9)
