import pytest

from primes_core.notation.integers import NotANumber, TooLarge
from primes_core.notation.ranges import parse_range


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10..20", 10, 20),
        ("7..7", 7, 7),
        (" -5 .. 5 ", -5, 5),
        ("10^12..10^12+1000", 10**12, 10**12 + 1000),
        ("1.000.000..1.000.099", 10**6, 10**6 + 99),
        ("0x10..0x1f", 16, 31),
        ("M31..M31+9", 2**31 - 1, 2**31 + 8),
    ],
)
def test_a_range_has_both_of_its_ends(text: str, first: int, last: int) -> None:
    assert parse_range(text, 30) == range(first, last + 1)


@pytest.mark.parametrize("text", ["..", "1..", "..9", "1...9", "1..2..3", "9..1", "1.5..2"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_range(text, 30)


def test_an_end_has_no_more_digits_than_a_number() -> None:
    with pytest.raises(TooLarge):
        parse_range("1..10^30", 30)
