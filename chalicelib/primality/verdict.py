"""What the engine answers: a verdict, and what lets anyone check it."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.primality.numerals import to_decimal

Kind = Literal["not_prime", "composite", "prime", "probable_prime"]


@dataclass(frozen=True, slots=True)
class Witness:
    """Why a number is composite: a proper factor of it, or a base to which it is no strong probable prime.

    Exactly one of the two is set. A strong base is checked by one modular power: M. O. Rabin,
    "Probabilistic algorithm for testing primality", J. Number Theory 12 (1980).
    """

    factor: int | None = None
    base: int | None = None

    def as_json(self) -> dict[str, str]:
        """Return `{"factor": "3"}` or `{"base": "2", "kind": "strong"}`."""
        if self.factor is not None:
            return {"factor": to_decimal(self.factor)}
        return {"base": str(self.base), "kind": "strong"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """One proof of primality in the two formats that other programs read: PARI/GP's and Primo's, as text."""

    pari: str
    primo: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a number, how it is known, and what it cost.

    `proven` is false only for `probable_prime`. `seconds` is wall-clock time. A composite has a witness.
    """

    number: int
    verdict: Kind
    proven: bool
    method: str
    witness: Witness | None = None
    certificate: Certificate | None = None
    seconds: float = 0.0

    @property
    def is_prime(self) -> bool:
        """Whether the number is prime, proven or as far as anyone knows."""
        return self.verdict in ("prime", "probable_prime")
