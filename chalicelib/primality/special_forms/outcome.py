"""What a rung of the ladder says of a number."""

from typing import NamedTuple

from chalicelib.primality.verdict import Witness


class Outcome(NamedTuple):
    """The theorem that decided, and why the number is composite: None when it is prime."""

    method: str
    witness: Witness | None = None
