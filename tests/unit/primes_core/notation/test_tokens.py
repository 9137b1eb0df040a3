"""The separators and signs that people use in numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primes_core.notation.expressions import parse
from primes_core.notation.integers import NotANumber, TooLarge
from primes_core.notation.tokens import in_ascii, is_integer

INTEGERS = {
    "1_000_003": 1000003,
    "1'000'003": 1000003,
    "-1\u2019000": -1000,
    "1,000,003": 1000003,
    "1.000.003": 1000003,
    "1\u202f000": 1000,
    "0x1_f": 31,
    "0b1010": 10,
    " 97\n": 97,
    "00:c1:5F": 0xC15F,
    "00:c1:\n    5f": 0xC15F,
}


@pytest.mark.parametrize(("text", "value"), INTEGERS.items(), ids=ascii)
def test_an_integer_with_separators_is_an_integer_and_no_expression(text: str, value: int) -> None:
    assert is_integer(text)
    assert parse(text, 10) == value


@pytest.mark.parametrize("text", ["2^3", "1e9", "M31", "1,000", "1.000", "1,000.003", "1_000,003", "00:c1:", "0:c1"])
def test_any_other_text_is_no_integer(text: str) -> None:
    assert not is_integer(text)


@given(st.text("123 ,._'\u2019\u202f+-\u2212*\u00d7\u00b7/\u00f7^\u00b2\u2077\u207b()!#eMFR0xb", max_size=12))
def test_what_is_understood_in_ascii_has_the_same_value(text: str) -> None:
    try:
        value = parse(text, 100)
    except (NotANumber, TooLarge):
        return
    assert in_ascii(text).isascii() or is_integer(text)
    assert parse(in_ascii(text), 100) == value
