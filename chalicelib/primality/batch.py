"""Screening of many numbers at once, from the text of a message to the text of its results.

No object is made for a number of up to 64 bits, which nearly all numbers of lists are. The results are those of
`screening.screen`.
"""

from typing import NamedTuple

import gmpy2
from flint import fmpz

from chalicelib.numbers.integers import to_decimal
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.result import Result, Verdict
from chalicelib.primality.screening import screen
from chalicelib.primality.small_primes import PRIME_SET, PRIMES, PRODUCT_1_000, SQUARE

LETTERS = {Verdict.PRIME: "P", Verdict.PROBABLE_PRIME: "Q", Verdict.COMPOSITE: "C", Verdict.NOT_PRIME: "N"}
#: Below it trial division is by the primes below 1,000.
TRIAL_DIVISION_BELOW = 2**255


class ChunkResults(NamedTuple):
    """The results of a chunk of a list."""

    #: A line a number, in the order of the numbers: `<decimal> <letter>[ <witness>]`, where the letter is one of
    #: LETTERS and the witness `f<decimal>` for a factor or `b<base>` for a strong base.
    text: bytes
    #: How many of the numbers are prime or probable primes.
    primes: int


def screen_chunk(hex_numbers: str) -> ChunkResults:
    """Screen hexadecimal integers that are separated by spaces.

    Raises:
        WrongResult: A result does not agree with its evidence.
    """
    numbers = [int(text, 16) for text in hex_numbers.split(" ")]
    text = "\n".join([_fast_line(n) or line(screen(n)) for n in numbers]).encode("ascii")
    return ChunkResults(text, primes=text.count(b" P") + text.count(b" Q"))


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


def line(result: Result) -> str:
    """Return the line of a result."""
    start = f"{to_decimal(result.number)} {LETTERS[result.verdict]}"
    witness = result.witness
    if witness is None:
        return start
    return f"{start} b{witness.base}" if witness.factor is None else f"{start} f{to_decimal(witness.factor)}"
