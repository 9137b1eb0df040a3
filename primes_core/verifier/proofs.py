"""The proofs that a certificate can hold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from . import curves
from .curves import Integer, Step
from .integers import is_small_prime
from .refusals import Refused


class Proof(Protocol):
    """A claim that a number is prime, and why."""

    @property
    def number(self) -> int:
        """The number that is claimed to be prime."""

    def check(self, integer: Integer) -> None:
        """Check the proof with a type of integers.

        Raises:
            Refused: it does not prove the number prime.
        """


@dataclass(frozen=True)
class SmallPrime:
    """A number below 2^64, which is tested."""

    number: int

    def check(self, integer: Integer) -> None:  # noqa: ARG002 - as every proof
        """Check by strong tests that the number is prime."""
        if not is_small_prime(self.number):
            raise Refused("the number is not a prime below 2^64, and nothing more is given")


@dataclass(frozen=True)
class CurveChain:
    """Steps that each prove their n by the next step's n, down to a q below 2^64, which is tested."""

    steps: list[Step]

    @property
    def number(self) -> int:
        """The n of the first step."""
        return self.steps[0].n

    def check(self, integer: Integer) -> None:
        """Check the chain and each of its steps."""
        for row, (step, following) in enumerate(pairwise(self.steps), 1):
            if step.q != following.n:
                raise Refused(f"row {row + 1:,} is not about the q of the row before")
        if not is_small_prime(self.steps[-1].q):
            raise Refused("the last q is not a prime below 2^64")
        for row, step in enumerate(self.steps, 1):
            try:
                curves.check(step, integer)
            except Refused as refused:
                raise Refused(f"row {row:,}: {refused}") from None
