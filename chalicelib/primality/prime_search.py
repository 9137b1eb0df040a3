"""The next and the previous prime of a number.

A sieve removes the numbers that a small prime divides, a strong test to base 2 refutes nearly all others that are
composite, and what passes is screened as any number is. About ln n numbers come before the prime, of which a sieve by
the primes below B leaves 0.56 / ln B (Mertens' third theorem).
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import compress
from time import perf_counter

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.direction import Direction
from chalicelib.primality.result import Result
from chalicelib.primality.screening import screen
from primes_core.notation.arithmetic import primes_to

#: The most bits of a number for which GMP's search is faster. It is one call: nothing is known of it until it ends.
GMP_MAX_BITS = 400
#: The limit of the sieve's primes by the most bits of the number, then that of larger ones: with ten times as many
#: primes the whole search takes longer, or at 10,000 digits a tenth less for ten times the memory.
LIMITS, MAX_LIMIT = ((1_024, 10_000), (4_096, 100_000)), 10_000_000
#: The numbers of a segment, in bits of the number: six times the mean distance to the next prime.
SEGMENT_BITS = 4


def find_prime(
    n: int, direction: Direction, searched: int = 0, report: Callable[[int], None] = lambda _: None
) -> Result:
    """Return the screening of the prime that is next to n in a direction.

    Args:
        n: Any integer; above 2 for the previous prime.
        direction: Which prime.
        searched: The distance from n within which there is no prime, as an earlier search found.
        report: Called with that distance before each test.

    Raises:
        WrongResult: A result does not agree with its evidence.
    """
    start, step = perf_counter(), 1 if direction is Direction.NEXT else -1
    # No number below 2 is prime.
    number = mpz(max(n, 1) if step > 0 else n)
    is_small = number.bit_length() <= GMP_MAX_BITS
    for distance in (_by_gmp if is_small else _by_sieve)(number, step, searched + 1):
        report(distance - 1)
        candidate = number + step * distance
        if (is_small or gmpy2.is_strong_prp(candidate, 2)) and (result := screen(int(candidate))).is_prime:
            break
    result.seconds = perf_counter() - start
    return result


def _by_gmp(n: mpz, step: int, first: int) -> Iterator[int]:
    """Yield the distances from n, from the first one on, of numbers that are prime for GMP."""
    while True:
        before = n + step * (first - 1)
        found = gmpy2.next_prime(max(before, 0)) if step > 0 else gmpy2.prev_prime(before)
        distance = int(abs(found - n))
        yield distance
        first = distance + 1


def _by_sieve(n: mpz, step: int, first: int) -> Iterator[int]:
    """Yield the distances from n, from the first one on, of numbers that no prime of the sieve divides."""
    width, primes = SEGMENT_BITS * n.bit_length(), _sieving_primes(n.bit_length())
    while True:
        toward_zero = -step * (n + step * first)
        sieve = bytearray(b"\1") * width
        for p in primes:
            place = int(toward_zero % p)
            if place < width:
                sieve[place::p] = bytes(len(range(place, width, p)))
        yield from compress(range(first, first + width), sieve)
        first += width


def _sieving_primes(bits: int) -> list[int]:
    return _primes_to(next((limit for most_bits, limit in LIMITS if bits <= most_bits), MAX_LIMIT))


_primes_to = cache(primes_to)
