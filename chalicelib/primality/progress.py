"""How far a computation is. `dataclasses.asdict` gives the JSON of the HTTP contract."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Steps:
    """How many of a known number of steps are done."""

    #: The steps that are done.
    done: int
    #: All steps.
    total: int
    #: What is counted.
    unit: str = "iterations"


@dataclass(slots=True)
class Elapsed:
    """How long a computation that counts no steps has run."""

    #: What is computed: "screening" or "proving".
    phase: str
    #: The wall-clock time since its start, in seconds.
    seconds: float


@dataclass(slots=True)
class Searching(Elapsed):
    """How far the search for a prime is, which may end at any number."""

    #: The distance from the number within which there is no prime.
    searched: int


@dataclass(slots=True)
class Proving(Elapsed):
    """How far a proof by elliptic curves is."""

    #: The bits of the primes of its chain that are found, from the number's own down.
    chain: list[int]


@dataclass(slots=True)
class Counted(Elapsed):
    """How far a phase of a computation is that counts its steps."""

    done: int
    total: int
    unit: str


Progress = Steps | Elapsed
Report = Callable[[Steps], None]


def ignore(_: Steps) -> None:
    """Report nothing."""
