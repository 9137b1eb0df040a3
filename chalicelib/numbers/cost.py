"""Estimates of the time that screening and proving take, from measured points."""

import math
from itertools import pairwise

Points = tuple[tuple[int, float], ...]

#: Bits, and seconds of `screening.screen` on one core for a prime of that size, which takes longest.
SCREENING: Points = (
    (1, 1e-6),
    (64, 3e-6),
    (128, 10e-6),
    (256, 50e-6),
    (512, 0.22e-3),
    (1024, 1.1e-3),
    (2048, 7.3e-3),
    (4096, 45e-3),
    (8192, 0.27),
    (16384, 1.6),
    (33219, 9.8),
)

#: Bits, and seconds of `ecpp.certify` on one core.
PROVING: Points = (
    (64, 0.4e-3),
    (128, 2e-3),
    (256, 0.013),
    (512, 0.1),
    (1024, 0.97),
    (2048, 8.0),
    (4096, 236.0),
)

#: Bits, and seconds of `prime_search.find_prime` on one core where the prime comes after the mean distance, the natural
#: logarithm of the number. However long it has been searched, the mean rest is the same.
SEARCHING: Points = (
    (1, 10e-6),
    (64, 15e-6),
    (400, 1e-3),
    (1024, 14e-3),
    (2048, 0.16),
    (4096, 2.4),
    (8192, 21.0),
    (16384, 250.0),
    (33219, 2900.0),
)
#: The prime next to a larger number is not searched for, in decimal digits: a search goes on in as many messages as it
#: needs, and the test of a number must be a small part of the time of one.
MAX_SEARCH_DIGITS = 10_000

#: Bits, and seconds of factoring a product of two primes of half the size on one core. At 64 bits such a product takes
#: three times as long, but most numbers of that size are in lists, and a random one takes a third of it.
FACTORING: Points = (
    (1, 1e-6),
    (32, 12e-6),
    (64, 0.1e-3),
    (96, 3e-3),
    (128, 0.02),
    (160, 0.2),
    (192, 2.0),
    (208, 6.0),
    (224, 16.0),
    (240, 45.0),
    (256, 120.0),
    (272, 340.0),
)


def screening_seconds(bits: int) -> float:
    """Return the estimated seconds on one core of screening a number of `bits` bits."""
    return _estimate(SCREENING, bits)


def proving_seconds(bits: int) -> float:
    """Return the estimated seconds on one core of an elliptic curve proof for a prime of `bits` bits."""
    return _estimate(PROVING, bits)


def search_seconds(bits: int) -> float:
    """Return the expected seconds on one core until the prime next to a number of `bits` bits is found."""
    return _estimate(SEARCHING, bits)


def factoring_seconds(bits: int) -> float:
    """Return the estimated seconds on one core of factoring a composite of `bits` bits without small factors."""
    return _estimate(FACTORING, bits)


def _estimate(points: Points, bits: int) -> float:
    # Between two points and beyond the last, the time is a power of the bits, as that of arithmetic is.
    bits = max(bits, 1)
    spans = list(pairwise(points))
    (low, low_seconds), (high, high_seconds) = next((span for span in spans if bits <= span[1][0]), spans[-1])
    slope = math.log(high_seconds / low_seconds) / math.log(high / low)
    return float(low_seconds * (bits / low) ** slope)
