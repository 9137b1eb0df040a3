"""The progress of a computation. `dataclasses.asdict` gives the JSON of the HTTP contract."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Steps:
    """The progress of a computation with a known number of steps."""

    #: The steps that are done.
    done: int
    #: All steps.
    total: int
    #: What is counted.
    unit: str = "iterations"


@dataclass(slots=True)
class Elapsed:
    """The progress of a computation that counts no steps: the time since its start."""

    #: What is computed: "screening" or "proving".
    phase: str
    #: The wall-clock time since its start, in seconds.
    seconds: float


@dataclass(slots=True)
class Searching(Elapsed):
    """The progress of a search for a prime, which may end at any number."""

    #: The distance from the number within which there is no prime.
    searched: int


@dataclass(slots=True)
class Proving(Elapsed):
    """The progress of a proof by elliptic curves."""

    #: The bits of the primes of its chain that are found, from the number's own down.
    chain: list[int]


@dataclass(slots=True)
class Counted(Elapsed):
    """The progress of a phase that counts its steps."""

    done: int
    total: int
    unit: str


Progress = Steps | Elapsed
Report = Callable[[Steps], None]


def ignore(_: Steps) -> None:
    """Report nothing."""
