"""The value of a number in the service's notation, computed on this machine."""

from __future__ import annotations

from isprime.errors import InvalidNumber
from primes_core.notation.expressions import parse
from primes_core.notation.integers import NotANumber, TooLarge

#: The decimal digits of a value that is evaluated on this machine: those of a certificate.
MAX_DIGITS = 10_100


def evaluate(text: str) -> int:
    """Return the value of a number in the service's notation, computed on this machine.

    Raises:
        InvalidNumber: it is not one, or is too large.
    """
    try:
        return parse(text, MAX_DIGITS)
    except (NotANumber, TooLarge) as error:
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise InvalidNumber(f"{shown!r}: {error}.") from None
