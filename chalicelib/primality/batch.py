"""Screening of many numbers at once, from the text of a message to the text of its results.

No object is made for a number of up to 64 bits, which nearly all numbers of lists are. The results are those of
`screening.screen`.
"""

from typing import NamedTuple

import gmpy2
from flint import fmpz

from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.lines import write_line
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.primality.small_primes import PRIME_SET, PRIMES, PRODUCT_1_000, SQUARE

#: Below it trial division is by the primes below 1,000.
TRIAL_DIVISION_BELOW = 2**255


class ChunkResults(NamedTuple):
    """The results of a chunk of a list."""

    #: The lines of lines.py, joined by newlines, in the order of the numbers.
    text: bytes
    #: How many of the numbers are prime or probable primes.
    primes: int


def screen_chunk(hex_numbers: str) -> ChunkResults:
    """Screen hexadecimal integers that are separated by spaces.

    Raises:
        WrongResult: A result does not agree with its evidence.
    """
    numbers = [int(text, 16) for text in hex_numbers.split(" ")]
    text = "\n".join([_fast_line(n) or write_line(screen(n)) for n in numbers]).encode("ascii")
    return ChunkResults(text, primes=text.count(b" P") + text.count(b" Q"))


def join_results(results: list[Result]) -> ChunkResults:
    """Return the results of numbers that were screened one by one."""
    text = "\n".join([write_line(result) for result in results]).encode("ascii")
    return ChunkResults(text, sum(result.is_prime for result in results))


def _fast_line(n: int) -> str | None:
    """Return the line of a number that a few calls of the libraries decide, or None."""
    if not 10 < n < TRIAL_DIVISION_BELOW:
        return None
    # A division by one of the least primes is faster than a greatest common divisor.
    for p in (2, 3, 5):
        if not n % p:
            return f"{n} C f{p}"
    common = gmpy2.gcd(n, PRODUCT_1_000)
    if common == 1:
        if n >= VERIFIED_BELOW:
            return None
        if n < SQUARE or fmpz(n).is_probable_prime():
            return f"{n} P"
        # A base confirms what FLINT found. Nearly every composite is refuted by base 2.
        return None if gmpy2.is_strong_prp(n, 2) else f"{n} C b2"
    factor = int(common)
    if factor not in PRIME_SET:
        factor = next(p for p in PRIMES if not factor % p)
    return f"{n} C f{factor}" if factor < n and not n % factor else None
