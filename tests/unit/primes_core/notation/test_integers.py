import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primes_core.notation.expressions import parse
from primes_core.notation.integers import (
    NotANumber,
    TooLarge,
    from_decimal,
    parse_integer,
    shortened,
    to_decimal,
)

integers = st.integers(-(2**300), 2**300) | st.builds(
    lambda bits, low, sign: sign * ((1 << bits) + low),
    st.integers(1, 33_000),
    st.integers(0, 2**64),
    st.sampled_from([1, -1]),
)


@given(integers)
def test_parsing_what_was_formatted_is_the_identity(n: int) -> None:
    assert parse_integer(to_decimal(n), 10_000) == n
    assert parse(to_decimal(n), 10_000) == n
    assert from_decimal(to_decimal(n)) == n
    assert parse_integer(f"{n:#x}", 10_000) == n


def test_the_interpreters_lowest_limit_on_digits_does_not_matter() -> None:
    program = (
        "from primes_core.notation.integers import parse_integer, to_decimal\n"
        "text = '9081726354' * 1_000\n"
        "assert to_decimal(parse_integer(text, 10_000)) == text\n"
    )
    subprocess.run([sys.executable, "-X", "int_max_str_digits=640", "-c", program], check=True)


@pytest.mark.parametrize(
    "text",
    ["", "+", "--1", "1_0", " 1", "1 ", "1\n", "１", "٣", "²", "1.0", "1e3", "0x", "0xg", "2^3", "x1"],  # noqa: RUF001 - digits that are not ASCII
    ids=ascii,
)
def test_only_ascii_digits_with_a_sign_or_hexadecimal_are_an_integer(text: str) -> None:
    with pytest.raises(NotANumber, match="ASCII digits"):
        parse_integer(text, 10_000)


@pytest.mark.parametrize("sign", ["", "-", "+"])
def test_the_limit_counts_decimal_digits_and_neither_sign_nor_leading_zeros(sign: str) -> None:
    assert abs(parse_integer(f"{sign}000999", 3)) == 999
    with pytest.raises(TooLarge, match="at most 3 decimal digits"):
        parse_integer(f"{sign}1000", 3)


@pytest.mark.parametrize("form", ["#x", "#b"], ids=["hexadecimal", "binary"])
def test_the_limit_of_a_number_in_another_base_is_its_decimal_digits(form: str) -> None:
    assert parse_integer(f"{999:{form}}", 3) == 999
    for text in (f"{1000:{form}}", "0b" + "1" * 1_000_000):
        with pytest.raises(TooLarge):
            parse_integer(text, 3)


def test_a_refused_text_is_quoted_short() -> None:
    with pytest.raises(NotANumber) as refusal:
        parse_integer("x" * 1_000_000, 10_000)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(("n", "text"), [(0, "0"), (-1, "-1"), (10**640, "1" + "0" * 640)])
def test_a_number_is_written_without_a_sign_or_zero_that_it_does_not_need(n: int, text: str) -> None:
    assert to_decimal(n) == text


def test_a_number_of_more_than_40_digits_is_shown_by_its_first_and_last_ones() -> None:
    assert shortened(10**39 + 7) == f"1{'0' * 38}7"
    assert shortened(10**9_999 + 7) == "100000000000…000000000007 (10,000 digits)"
