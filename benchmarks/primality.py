"""Compare the engine with the libraries that it uses and with trial division: `python benchmarks/primality.py`.

The script prints a table in Markdown. Every contender gets the same Python integer and returns a Python object.
Calls that can take long run in a child process, which is stopped after LIMIT_SECONDS.
"""

import math
import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

sys.path[0] = str(Path(__file__).parents[1])  # a script's own folder is put there, not the project's

import flint  # noqa: E402 - after the path that the imports below need
import gmpy2  # noqa: E402
import sympy  # noqa: E402
from cypari import pari  # noqa: E402

from benchmarks.primality_goals import minima, prime, print_goals  # noqa: E402
from chalicelib.primality.child import run_in_child  # noqa: E402
from chalicelib.primality.proving import prove  # noqa: E402
from chalicelib.primality.screening import screen, screen_thoroughly  # noqa: E402
from primes_core.notation.expressions import parse  # noqa: E402

ROUNDS = 5
#: A contender's calls in one round are repeated until they take this long together.
ROUND_SECONDS = 0.01
#: A call that takes longer is stopped.
LIMIT_SECONDS = 8.0
#: Up to this size trial division by every number takes a tenth of a second at most.
TRIAL_DIVISION_BITS = 40
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


def trial_division(n: int) -> bool:
    """Decide n by division by every number up to its root."""
    return n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))


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
    Contender("trial division", trial_division),
)


def main() -> None:
    """Print the table and the rows, if any, in which the goal is missed."""
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
    print_goals(source)


def composite(bits: int, source: random.Random) -> int:
    """Return a product of two primes of half of the bits each: the kind of composite that takes longest."""
    return prime(bits // 2, source) * prime(bits - bits // 2, source)


def screenings(n: int) -> dict[str, Cell]:
    """Time the contenders' verdicts, which are all at least as strong as Baillie-PSW."""
    runners = [c for c in CONTENDERS if c.name != "trial division" or n.bit_length() <= TRIAL_DIVISION_BITS]
    seconds = minima([partial(c.screen, n) for c in runners], ROUNDS, ROUND_SECONDS)
    return {c.name: Cell(least, equal=True) for c, least in zip(runners, seconds, strict=True)}


def proofs(n: int, *, certificate: bool) -> dict[str, Cell]:
    """Time the contenders' proofs, or the verdicts of those without proofs, each call in a child process."""
    cells = {}
    for c in CONTENDERS:
        if c.name == "trial division":
            continue
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


if __name__ == "__main__":
    main()
