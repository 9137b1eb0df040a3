"""What a screening costs, from measured points."""

import math
from itertools import pairwise

#: bits → seconds of `ladder.screen` for a prime of that size, the dearest case, on one core.
MEASURED = (
    (1, 1e-6),
    (64, 3e-6),
    (128, 8e-6),
    (256, 45e-6),
    (512, 0.18e-3),
    (1024, 1.1e-3),
    (2048, 7.2e-3),
    (4096, 45e-3),
    (8192, 0.27),
    (16384, 1.6),
    (33219, 9.0),
)


def screening_seconds(bits: int) -> float:
    """Estimate the seconds that screening a number of so many bits takes on one core.

    Between the measured points and beyond them it is a power of the bits, as the arithmetic is.
    """
    bits = max(bits, 1)
    spans = list(pairwise(MEASURED))
    (low, low_seconds), (high, high_seconds) = next((span for span in spans if bits <= span[1][0]), spans[-1])
    slope = math.log(high_seconds / low_seconds) / math.log(high / low)
    return float(low_seconds * (bits / low) ** slope)
