"""Compare the engine with the libraries that it uses: `python benchmarks/primality.py`.

The script prints a table in Markdown. Every contender gets the same Python integer and returns a Python object.
Calls that can take long run in a child process, which is stopped after LIMIT_SECONDS.
"""

import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

sys.path[0] = str(Path(__file__).parents[1])  # a script's own folder is put there, not the project's

import flint  # noqa: E402 - after the path that the imports below need
import gmpy2  # noqa: E402
import sympy  # noqa: E402
from cypari import pari  # noqa: E402

from chalicelib.primality import curve_search, ecpp  # noqa: E402
from chalicelib.primality.child import run_in_child  # noqa: E402
from chalicelib.primality.chunk_screening import screen_chunk  # noqa: E402
from chalicelib.primality.proving import prove  # noqa: E402
from chalicelib.primality.screening import screen, screen_thoroughly  # noqa: E402
from primes_core.notation.expressions import parse  # noqa: E402

ROUNDS = 5
#: A contender's calls in one round are repeated until they take this long together.
ROUND_SECONDS = 0.01
#: A call that takes longer is stopped.
LIMIT_SECONDS = 8.0
#: The goal: at most this multiple of the time of the fastest of equal strength.
GOAL_RATIO = 1.2

BITS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
PROOF_BITS = (96, 128, 256, 512, 1024)
SPECIAL = (
    ("Mersenne prime", "2^1279-1"),
    ("Mersenne prime", "2^4423-1"),
    ("Mersenne composite", "2^4421-1"),
    ("Fermat number F12", "2^4096+1"),
    ("Proth prime", "3*2^3912+1"),
    ("Riesel prime", "3*2^7559-1"),
    ("factorial prime", "872!+1"),
    ("primorial prime", "4093#-1"),
)


#: Bits of primes, how many of them, and at most how many times PARI's time their certificates take.
CERTIFICATE_GOALS = (
    (160, 40, 0.4),
    (192, 40, 0.4),
    (256, 40, 0.55),
    (384, 20, 0.8),
    (512, 20, 1.0),
    (768, 10, 1.0),
    (896, 10, 1.0),
    (1024, 10, 1.0),
)
CERTIFICATE_ROUNDS = 2
#: Numbers of a chunk, and rounds.
CHUNK_NUMBERS, CHUNK_ROUNDS = 2_000, 50

Call = Callable[[], Any]


class Contender(NamedTuple):
    """A column of the table."""

    #: The heading.
    name: str
    #: What it does in rows that ask for a verdict.
    screen: Callable[[int], Any]
    #: What it does in rows that ask for a proof, None if it has none.
    prove: Callable[[int], Any] | None = None
    #: Whether its proofs have certificates.
    certifies: bool = False


class Cell(NamedTuple):
    """The time of one contender in one row."""

    #: Seconds, infinite if the call was stopped.
    seconds: float
    #: Whether its verdict is as strong as the row requires.
    equal: bool


def pari_certificate(n: int) -> str | None:
    """Make and validate an ECPP certificate and return its text, or None when n is composite."""
    certificate = pari.primecert(pari(hex(n)))
    return str(certificate) if certificate and pari.primecertisvalid(certificate) else None


CONTENDERS = (
    Contender("this engine", screen, lambda n: prove(screen_thoroughly(n)), certifies=True),
    Contender("gmpy2", lambda n: gmpy2.is_prime(n, 24)),
    Contender("python-flint", lambda n: flint.fmpz(n).is_probable_prime(), lambda n: flint.fmpz(n).is_prime()),
    Contender("PARI", lambda n: pari.ispseudoprime(pari(hex(n))), pari_certificate, certifies=True),
    Contender("sympy", sympy.isprime),
)


def main() -> None:
    """Print the table, and the rows that miss the goal."""
    pari.allocatemem(2**28, 2**31, silent=True)
    source = random.Random(20261124)
    print("| number | " + " | ".join(contender.name for contender in CONTENDERS) + " |")
    print("|---|" + "---|" * len(CONTENDERS))
    missed = []
    for kind, make in (("prime", prime), ("composite, two primes", composite)):
        for bits in BITS:
            missed += row(f"{kind}, {bits} bits", screenings(make(bits, source)))
    for bits in PROOF_BITS:
        missed += row(f"prime, {bits} bits, certificate", proofs(prime(bits, source), certificate=True))
    for kind, text in SPECIAL:
        missed += row(f"{kind} {text}, proof", proofs(parse(text, 10_000), certificate=False))
    print("\nBold is the fastest contender of equal strength, and (2.0x) twice its time. ~ marks a weaker verdict.")
    print(f"A cell is the least CPU time of {ROUNDS} interleaved rounds. A call is stopped after {LIMIT_SECONDS:g} s.")
    print(f"\nOver {GOAL_RATIO} times the fastest of equal strength: {'; '.join(missed) or 'none'}.")
    print("\n| what | goal: at most | measured |\n|---|---|---|")
    for rows in (certificates(source), chunks(source)):
        for what, goal, measured in rows:
            print(f"| {what} | {goal or ''} | {measured} |", flush=True)


def composite(bits: int, source: random.Random) -> int:
    """Return a product of two primes of half of the bits each: the kind of composite that takes longest."""
    return prime(bits // 2, source) * prime(bits - bits // 2, source)


def screenings(n: int) -> dict[str, Cell]:
    """Time the contenders' verdicts, which are all at least as strong as Baillie-PSW."""
    seconds = minima([partial(c.screen, n) for c in CONTENDERS], ROUNDS, ROUND_SECONDS)
    return {c.name: Cell(least, equal=True) for c, least in zip(CONTENDERS, seconds, strict=True)}


def proofs(n: int, *, certificate: bool) -> dict[str, Cell]:
    """Time the contenders' proofs, or the verdicts of those without proofs, each call in a child process."""
    cells = {}
    for c in CONTENDERS:
        run = c.prove or c.screen
        seconds: list[float] = []
        while len(seconds) < ROUNDS and sum(seconds) < 2:
            seconds.append(in_child(run, n))
        equal = c.prove is not None and (c.certifies or not certificate)
        cells[c.name] = Cell(min(seconds), equal)
    return cells


def in_child(run: Callable[[int], Any], n: int) -> float:
    """Return the seconds of one call in a child process, after a first call that loads what it needs."""

    def timed_call(_: object) -> float:
        run(2**89 - 1)
        return minima([partial(run, n)], 1)[0]

    seconds = run_in_child(timed_call, "timing", LIMIT_SECONDS, lambda _: None, LIMIT_SECONDS)
    return math.inf if seconds is None else seconds


def row(label: str, cells: dict[str, Cell]) -> list[str]:
    """Print a row; return its label if this engine misses the goal in it."""
    best = min(cell.seconds for cell in cells.values() if cell.equal)
    texts = [shown(cells.get(contender.name), best) for contender in CONTENDERS]
    print(f"| {label} | " + " | ".join(texts) + " |", flush=True)
    ratio = cells["this engine"].seconds / best
    return [f"{label} ({ratio:.1f}x)"] if ratio > GOAL_RATIO else []


def shown(cell: Cell | None, best: float) -> str:
    """Return a cell's text."""
    if cell is None:
        return "-"
    if cell.seconds == math.inf:
        return f"> {LIMIT_SECONDS:g} s"
    unit, factor = next((u, f) for u, f in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)) if cell.seconds * f >= 1 or u == "µs")
    text = f"{cell.seconds * factor:.3g} {unit} ({cell.seconds / best:.1f}x)"
    if not cell.equal:
        return "~ " + text
    return f"**{text}**" if cell.seconds == best else text


def certificates(source: random.Random) -> Iterator[tuple[str, object, str]]:
    """Yield the rows of certificates of larger primes: the ratio of the sums."""
    for bits, count, goal in CERTIFICATE_GOALS:
        primes = [prime(bits, source) for _ in range(count)]
        times = [minima([partial(ecpp.certify, n), partial(pari_certificate, n)], CERTIFICATE_ROUNDS) for n in primes]
        ratio = sum(engine for engine, _ in times) / sum(other for _, other in times)
        yield f"certificates of {count} primes of {bits:,} bits, to PARI", goal, f"{ratio:.2f}"
        yield "how many PARI makes", None, str(sum(curve_search.find_rows(n) is None for n in primes))


def chunks(source: random.Random) -> Iterator[tuple[str, object, str]]:
    """Yield the rows of chunks of lists, from hexadecimal text to lines of results."""
    randoms = [source.getrandbits(63) | 1 << 63 for _ in range(CHUNK_NUMBERS)]
    primes = [prime(64, source) for _ in range(CHUNK_NUMBERS)]
    for kind, numbers in (("numbers", randoms), ("primes", primes)):
        text = " ".join(f"{n:x}" for n in numbers)
        (seconds_of_chunk,) = minima([partial(screen_chunk, text)], CHUNK_ROUNDS)
        yield f"random {kind} of 64 bits of a list, a second", None, f"{CHUNK_NUMBERS / seconds_of_chunk:,.0f}"


def prime(bits: int, source: random.Random) -> int:
    """Return a prime of exactly `bits` bits."""
    while (p := int(gmpy2.next_prime(source.getrandbits(bits - 1) | 1 << (bits - 1)))).bit_length() > bits:
        pass
    return p


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


if __name__ == "__main__":
    main()
