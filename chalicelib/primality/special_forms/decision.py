"""The result of the test of a special form."""

from typing import NamedTuple

from chalicelib.primality.result import Witness


class Decision(NamedTuple):
    """A proof that a number is prime, or that it is composite."""

    #: The theorem that decided.
    method: str
    #: Why the number is composite; None if it is prime.
    witness: Witness | None = None
