"""Two goals of the engine that `python benchmarks/primality.py` measures beside its table."""

import random
import time
from statistics import median, quantiles

import gmpy2
from flint import fmpz

from chalicelib.primality.batch import screen_chunk
from chalicelib.primality.proving import prove
from chalicelib.primality.screening import screen_thoroughly

#: Numbers of a chunk, and chunks of each kind; a figure is the median of the chunks.
CHUNK_NUMBERS, CHUNKS = 2_000, 50
#: The goal: at most this multiple of the time of the bare calls.
GOAL_RATIO = 1.5
#: Primes whose certificates are timed, their size, and the goal for the median in milliseconds.
CERTIFICATES, CERTIFICATE_BITS, GOAL_MS = 200, 96, 2.0
SMALL_PRODUCT = gmpy2.primorial(1_000)


def print_goals(source: random.Random) -> None:
    """Print both figures in Markdown."""
    print("\n## A chunk of a list, on one core\n")
    print(
        f"{CHUNK_NUMBERS:,} numbers of 64 bits, from hexadecimal text to lines of results, compared with the bare calls"
    )
    print("of GMP and FLINT that find a factor or a base for each composite number and store them in a list.\n")
    print("| numbers | this engine, numbers/s | bare calls, numbers/s | ratio of times |\n|---|---|---|---|")
    for kind, numbers in (("random", randoms(source)), ("primes", primes(source))):
        engine, bare = chunk_seconds(numbers)
        goal = f" (goal: at most {GOAL_RATIO:g})" if kind == "random" else ""
        print(f"| {kind} | {CHUNK_NUMBERS / engine:,.0f} | {CHUNK_NUMBERS / bare:,.0f} | {engine / bare:.2f}{goal} |")
    milliseconds = certificate_milliseconds(source)
    tail = quantiles(milliseconds, n=20)[-1]
    print(f"\n## Certificates of {CERTIFICATES} primes of {CERTIFICATE_BITS} bits\n")
    print(f"Median {median(milliseconds):.2f} ms (goal: under {GOAL_MS:g}), 95th percentile {tail:.2f} ms,")
    print(f"slowest {max(milliseconds):.1f} ms, in this process.")


def randoms(source: random.Random) -> list[int]:
    """Return a chunk of numbers of exactly 64 bits."""
    return [source.getrandbits(63) | 1 << 63 for _ in range(CHUNK_NUMBERS)]


def primes(source: random.Random) -> list[int]:
    """Return a chunk of primes of 64 bits."""
    return [int(gmpy2.next_prime(source.getrandbits(62) | 1 << 63)) for _ in range(CHUNK_NUMBERS)]


def chunk_seconds(numbers: list[int]) -> tuple[float, float]:
    """Return the median seconds of the engine and of the bare calls for a chunk, measured in turn."""
    text = " ".join(f"{n:x}" for n in numbers)
    times: list[tuple[float, float]] = []
    for _ in range(CHUNKS):
        start = time.perf_counter()
        screen_chunk(text)
        middle = time.perf_counter()
        bare_calls(numbers)
        times.append((middle - start, time.perf_counter() - middle))
    engine, bare = zip(*times, strict=True)
    return median(engine), median(bare)


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


def certificate_milliseconds(source: random.Random) -> list[float]:
    """Return the milliseconds of each proof with its certificate, after one that loads what they need."""
    prove(screen_thoroughly(2**89 - 1))
    milliseconds = []
    for _ in range(CERTIFICATES):
        n = int(gmpy2.next_prime(source.getrandbits(CERTIFICATE_BITS - 1) | 1 << (CERTIFICATE_BITS - 1)))
        start = time.perf_counter()
        prove(screen_thoroughly(n))
        milliseconds.append(1000 * (time.perf_counter() - start))
    return milliseconds
