from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import primorial

from chalicelib.numbers.expressions import parse
from chalicelib.numbers.integers import NotANumber, TooLarge

MAX_DIGITS = 10_000

VALUES = [
    ("11", 11),
    ("0x1f", 31),
    ("0X1F", 31),
    ("-0x1f", -31),
    ("+7", 7),
    ("007", 7),
    ("2^127-1", 2**127 - 1),
    ("2**127-1", 2**127 - 1),
    ("10^100+267", 10**100 + 267),
    ("(2^61-1)*(2^31-1)", (2**61 - 1) * (2**31 - 1)),
    ("25!+1", 15511210043330985984000001),
    ("13#-1", 30029),
    ("0#", 1),
    ("0!", 1),
    ("0^0", 1),
    ("2^3^2", 2**9),
    ("-2^2", -4),
    ("(-2)^2", 4),
    ("2^3!", 64),
    ("3!^2", 36),
    ("-3!", -6),
    ("(3!)!", 720),
    ("2-3-4", -5),
    ("2+3*4", 14),
    ("2*-3", -6),
    ("1--1", 2),
    (" 2 ** 10 - 1 ", 1023),
    ("(-1)^99999999999999999999", -1),
    ("10^10000-1", 10**10_000 - 1),
]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_an_expression_has_the_value_of_mathematics(text: str, value: int) -> None:
    assert parse(text, MAX_DIGITS) == value


@pytest.mark.parametrize("n", [2, 3, 10, 97, 100, 101, 1000, 20_000])
def test_a_primorial_is_the_product_of_the_primes_up_to_n(n: int) -> None:
    assert parse(f"{n}#", MAX_DIGITS) == int(primorial(n, nth=False))


numbers = st.integers(0, 60).map(lambda n: (str(n), n))


def _binary(parts: tuple[tuple[str, int], str, tuple[str, int]]) -> tuple[str, int]:
    (left, a), operator, (right, b) = parts
    value = {"+": a + b, "-": a - b, "*": a * b}[operator]
    return f"({left}{operator}{right})", value


expressions = st.recursive(
    numbers,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(_binary)
        | inner.map(lambda e: (f"-({e[0]})", -e[1]))
        | st.tuples(inner, st.integers(0, 5)).map(lambda e: (f"({e[0][0]})^{e[1]}", e[0][1] ** e[1]))
    ),
    max_leaves=12,
)


@given(expressions)
def test_an_expression_built_with_its_value_parses_to_it(expression: tuple[str, int]) -> None:
    text, value = expression
    assert parse(text, MAX_DIGITS) == value


@given(st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 99)), max_size=20), st.integers(0, 99))
def test_operators_bind_as_they_do_in_python(rest: list[tuple[str, int]], first: int) -> None:
    text = str(first) + "".join(f"{operator}{n}" for operator, n in rest)
    assert parse(text, MAX_DIGITS) == eval(text)  # digits and operators of our own making


UNPARSABLE = {
    "empty": "",
    "spaces": "   ",
    "underscore": "1_000",
    "full-width digits": "１７",  # noqa: RUF001 - that they look like digits is the point
    "newline": "7\n",
    "separator": "1,000",
    "exponent notation": "1e5",
    "float": "1.5",
    "division": "5/2",
    "words": "eleven",
    "a call": "__import__('os')",
    "bare prefix": "0x",
    "two numbers": "1 2",
    "implicit product": "2(3)",
    "open": "(2",
    "closed": "2)",
    "nothing inside": "()",
    "nothing after": "2^",
    "nothing before": "*2",
    "only a sign": "-",
    "negative exponent": "2^-1",
    "computed negative exponent": "2^(1-2)",
    "negative factorial": "(-3)!",
    "negative primorial": "(1-3)#",
    "double factorial": "5!!",
    "10,000 parentheses": "(" * 10_000 + "1" + ")" * 10_000,
}


@pytest.mark.parametrize("text", UNPARSABLE.values(), ids=UNPARSABLE)
def test_what_does_not_parse_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(NotANumber, match=r"write|nested"):
        parse(text, MAX_DIGITS)


@pytest.mark.parametrize(
    ("text", "position"), [("12+a", 4), ("1 2", 3), ("(2", 3), ("2  )", 4), ("3!!", 3), ("5/2", 2)]
)
def test_a_refusal_names_the_position_counted_from_one(text: str, position: int) -> None:
    with pytest.raises(NotANumber, match=f"position {position}"):
        parse(text, MAX_DIGITS)


HOSTILE = {
    "tower": "9^9^9^9",
    "factorial": "99999999!",
    "factorial of a factorial": "(99!)!",
    "primorial": "99999999999#",
    "difference of towers": "9^9^9^9-9^9^9^9",
    "zero times a factorial": "0*99999999!",
    "long tower": "2^" * 10_000 + "2",
    "long product": "10^9999*" * 3000 + "1",
    "long sum of powers": "9^10000-" * 4000 + "1",
    "long sum of factorials": "3000!-" * 5000 + "1",
    "1 MB of digits": "1" * 1_000_000,
    "1 MB of hexadecimal": "0x" + "f" * 1_000_000,
    "1 MB of sum": "1+" * 500_000 + "1",
    "one digit too many": "1" + "0" * MAX_DIGITS,
    "one too much": "10^10000",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_too_much_to_compute_is_refused_before_it_is_computed(text: str) -> None:
    # Computing any of these takes minutes at the least, or all memory.
    with pytest.raises(TooLarge, match="10,000 decimal digits"):
        parse(text, MAX_DIGITS)


CHEAP = {"signs": "-" * 10_000 + "1", "tower of ones": "1^" * 10_000 + "1", "primorials of 2": "2" + "#" * 20_000}


@pytest.mark.parametrize("text", CHEAP.values(), ids=CHEAP)
def test_a_long_chain_needs_no_deep_recursion(text: str) -> None:
    assert parse(text, MAX_DIGITS) in (1, 2)


@given(st.text(alphabet="0123456789+-*^!#() x", max_size=30))
def test_any_text_of_the_alphabet_is_a_number_or_refused(text: str) -> None:
    try:
        value = parse(text, 100)
    except (NotANumber, TooLarge):
        return
    assert abs(value) < 10**100
