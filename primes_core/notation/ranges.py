"""Ranges of numbers, with both ends: 10^12..10^12+1000, 0x10..0x1f, 1.000.000..1.000.099."""

from .budget import Budget
from .expressions import parse
from .integers import NotANumber

#: What separates the ends of a range: no number has it.
SIGN = ".."


def parse_range(text: str, max_digits: int, shared: Budget | None = None) -> range:
    """Return the numbers of a range: `len` of one may not fit a machine's integer, `stop - start` does.

    Args:
        text: Two numbers as `expressions.parse` takes them, with two points between.
        max_digits: The decimal digits that an end may have.
        shared: As for `expressions.parse`.

    Raises:
        NotANumber: An end does not parse, or the last number is below the first.
        TooLarge: An end has too many digits, or takes too long to compute.
    """
    low, _, high = text.partition(SIGN)
    if SIGN in high:
        raise NotANumber("a range has two ends: write it as 10..20")
    first, last = parse(low, max_digits, shared), parse(high, max_digits, shared)
    if last < first:
        raise NotANumber("the range ends before it begins: write the smaller number first, as in 10..20")
    return range(first, last + 1)
