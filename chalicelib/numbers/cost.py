"""Estimates of the time that screening and proving take, from measured points."""

import math
from itertools import pairwise

Points = tuple[tuple[int, float], ...]

#: A number that takes longer to screen goes to a prover unless it has a small factor, in seconds.
MAX_SCREENING_SECONDS = 1.0
#: A screening that is expected to take longer goes to the queue of long proofs, in seconds.
MAX_SHORT_SCREENING_SECONDS = 30.0
#: A proof by elliptic curves that is expected to take longer goes to the queue of long proofs, in seconds. Most numbers
#: that come to the queue of proofs need a proof of milliseconds, and must not wait for many of several seconds.
MAX_SHORT_CURVE_SECONDS = 5.0

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


def screening_seconds(bits: int) -> float:
    """Return the estimated seconds on one core of screening a number of `bits` bits."""
    return _estimate(SCREENING, bits)


def proving_seconds(bits: int) -> float:
    """Return the estimated seconds on one core of an elliptic curve proof for a prime of `bits` bits."""
    return _estimate(PROVING, bits)


def _estimate(points: Points, bits: int) -> float:
    # Between two points and beyond the last, the time is a power of the bits, as that of arithmetic is.
    bits = max(bits, 1)
    spans = list(pairwise(points))
    (low, low_seconds), (high, high_seconds) = next((span for span in spans if bits <= span[1][0]), spans[-1])
    slope = math.log(high_seconds / low_seconds) / math.log(high / low)
    return float(low_seconds * (bits / low) ** slope)
