"""Reading a stored result by its number."""

from __future__ import annotations

from chalicelib.errors import NotFound
from chalicelib.service.read import certificate_of, written_certificate
from chalicelib.store import stored_results
from chalicelib.store.stored_results import StoredResult
from primes_core.notation.integers import shortened, to_decimal

#: A longer number or expression is not repeated in an error.
MAX_SHOWN_CHARACTERS = 100


def read_stored(number: int, expression: str | None = None) -> StoredResult:
    """Return the stored result of a number; reading it does not renew it.

    Args:
        number: the number.
        expression: the expression that it was sent as, None for plain digits.

    Raises:
        NotFound: there is none; the detail says which number was understood, and how to ask for it.
    """
    stored = stored_results.find(number) if number > 1 else None
    if stored is None:
        digits = to_decimal(number)
        text = expression or digits
        how = f'{{"number": "{text}"}}' if len(text) <= MAX_SHOWN_CHARACTERS else "the number"
        raise NotFound(
            f"No result of {shortened(number)} is stored: those of numbers that take long are. Send {how} with POST /"
            " to ask for it.",
            len(digits.removeprefix("-")),
        )
    return stored


def read_certificate(number: int, format_name: str, place: int = 0) -> str:
    """Return the certificate of a stored result in one of `formats.FORMATS`.

    Args:
        number: the number.
        format_name: the format.
        place: 0 for the number, or the place of one of its factors, from 1.

    Raises:
        NotFound: the result is not stored, or has no certificate in this format.
    """
    stored = read_stored(number)
    text = certificate_of(stored.certificate_key, stored.result, stored.factorization, place)
    return written_certificate(text, format_name)
