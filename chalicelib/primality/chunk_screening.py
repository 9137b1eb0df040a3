"""Screening of many numbers at once, from the text of a message to the text of its results.

No object is made for a number of up to 64 bits, which nearly all numbers of lists are. The results are those of
`screening.screen`.
"""

from bisect import bisect_left
from typing import NamedTuple

import gmpy2
from flint import fmpz

from chalicelib.numbers import chunk_text
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.lines import write_line
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from chalicelib.primality.small_primes import PRIME_SET, PRIMES, PRODUCT_1_000, PRODUCT_10_000, SQUARE
from chalicelib.primality.special_forms import LOW_BITS

#: Below these trial division is by the primes below 1,000 and 10,000: see `small_primes.smallest_factor`.
BELOW_1_000, BELOW_10_000 = 2**399, 2**2047
#: The primes that one division tries, the largest first, and their product.
FIRST_PRIMES = (13, 11, 7, 5, 3, 2)
FIRST_PRODUCT = 30_030
#: By the remainder of that division: the line of a number with the least of these primes as its factor, or an empty
#: text.
_LINES = [""] * FIRST_PRODUCT
for _prime in FIRST_PRIMES:
    _LINES[::_prime] = [f"C f{_prime}"] * (FIRST_PRODUCT // _prime)


class ChunkResults(NamedTuple):
    """The results of a chunk of a list."""

    #: The lines of lines.py, joined by newlines, in the order of the numbers.
    text: bytes
    #: How many of the numbers are prime or probable primes.
    primes: int
    #: How many of these are probable primes.
    probable_primes: int


def screen_chunk(numbers_text: str) -> ChunkResults:
    """Screen the numbers of a chunk: see `numbers.chunk_text`.

    Raises:
        WrongResult: A result does not agree with its evidence.
    """
    numbers = chunk_text.read(numbers_text)
    if isinstance(numbers, range) and (limit := _sieve_limit(numbers)):
        return join_lines([line or _line(n) for n, line in zip(numbers, _sieved(numbers, limit), strict=True)])
    return join_lines(
        [_LINES[n % FIRST_PRODUCT] or _line(n) if 13 < n < BELOW_10_000 else write_line(screen(n)) for n in numbers]
    )


def _sieve_limit(numbers: range) -> int:
    """Return the limit of trial division of consecutive numbers; 0 if it differs among them or is the largest."""
    if numbers[0] < SQUARE or numbers[-1] >= BELOW_10_000:
        return 0
    return 1_000 if numbers[-1] < BELOW_1_000 else 10_000 if numbers[0] >= BELOW_1_000 else 0


def _sieved(numbers: range, limit: int) -> list[str]:
    """Return the lines of consecutive numbers that a prime below a limit divides, and empty texts.

    A sieve finds the least prime factor of each: the smaller primes write over the larger ones.
    """
    first, count = numbers[0], len(numbers)
    lines = [""] * count
    for p in reversed(PRIMES[: bisect_left(PRIMES, limit)]):
        place = -first % p
        lines[place::p] = [f"C f{p}"] * len(range(place, count, p))
    return lines


def join_results(results: list[Result]) -> ChunkResults:
    """Return the results of numbers that were screened one by one."""
    return join_lines([write_line(result) for result in results])


def join_lines(lines: list[str]) -> ChunkResults:
    """Return the results of a chunk with the counts of its verdicts."""
    text = "\n".join(lines).encode("ascii")
    begins = b"\n" + text
    probable_primes = begins.count(b"\nQ")
    return ChunkResults(text, begins.count(b"\nP") + probable_primes, probable_primes)


def _line(n: int) -> str:
    """Return the line of a number that none of the first primes divides."""
    factor = int(gmpy2.gcd(n, PRODUCT_1_000 if n < BELOW_1_000 else PRODUCT_10_000))
    if factor == 1:
        if n < SQUARE:
            return "P"
        # Of random 64-bit numbers that come here seven in ten are composite, and more of larger ones. Base 2 refutes
        # nearly all of these. Numbers of special forms have bases of their own.
        if (n < VERIFIED_BELOW or n & LOW_BITS not in (1, LOW_BITS)) and not gmpy2.is_strong_prp(n, 2):
            return "C b2"
        if n < VERIFIED_BELOW and fmpz(n).is_probable_prime():
            return "P"
    else:
        if factor not in PRIME_SET:
            factor = next(p for p in PRIMES if not factor % p)
        if factor < n and not n % factor:
            return f"C f{factor}"
    return write_line(screen(n))
