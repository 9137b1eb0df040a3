from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primes_core.notation.budget import Budget
from primes_core.notation.expressions import MAX_LIST_SECONDS, parse
from primes_core.notation.integers import NotANumber, TooLarge

MAX_DIGITS = 10_000

VALUES = [
    ("-0x1f", -31),
    ("13#-1", 30029),
    ("2^3^2", 2**9),
    ("-2^2", -4),
    ("(-2)^2", 4),
    ("2^3!", 64),
    ("0^0+0^2", 1),
    ("2*-3", -6),
    ("1--1", 2),
    (" 2 ** 10 - 1 ", 1023),
    ("(-1)^99999999999999999999", -1),
    ("(10^317-1)/9", (10**317 - 1) // 9),
    ("(10^19998-1)/(10^9999-1)", 10**9999 + 1),
    ("2*6/3*4", 16),
    ("9!!+2", 947),
    ("2^3!!", 8),
    ("(3!)!", 720),
    ("10!!!+1", 281),
    ("0!5", 1),
    ("M31", 2**31 - 1),
    ("F5/641", 6700417),
    ("1e9+7", 1000000007),
    ("0b1010*0xf", 150),
    ("2\u00b9\u00b2\u2077\u22121", 2**127 - 1),
    ("(1+1)\u00b3", 8),
    ("2\u207a\u00b3", 8),
    ("3\u00d75\u00b77\u00f715", 7),
    ("1_000^2", 10**6),
    ("1,000,003+1.000.003+1'000'003", 3000009),
    ("fib(2*3)^2", 64),
    ("lucas(113)", 412670427844921037470771),
    ("binomial(40,20)+1", 137846528821),
    ("-fib(7)!!", -135135),
]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_an_expression_has_the_value_of_mathematics(text: str, value: int) -> None:
    assert parse(text, MAX_DIGITS) == value


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


#: No numbers, then unfinished expressions, then operations that have no value, then functions with wrong arguments.
UNPARSABLE = """
１７ 1,000 1.000 1.5 1,000,00 1e 1e-5 1__0 1_ 0b2 eleven __import__('os') 0x 2(3)
(2 2) () 2^ 5/ *2 - 5!!3 5!0 5!2!2 M Mx m31 2\u207b\u00b9 \u00b2 2^\u00b2 2\u2076\u207b
5/2 5/(3-3) 2^-1 2^(1-2) (-3)! (-3)!! (1-3)#
fib fib() fib(-1) lucas(-1) FIB(5) lucas(5,2) binomial(5) binomial(5,2,1) binomial(5,0-1) binomial(-5,2) (5,2)
"""  # noqa: RUF001 - digits that are not ASCII


@pytest.mark.parametrize(
    "text", [*UNPARSABLE.split(), "", "   ", "1 2", "1 000", "3! !", "(" * 10_000 + "1" + ")" * 10_000], ids=ascii
)
def test_what_does_not_parse_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(NotANumber, match=r"write|nested"):
        parse(text, MAX_DIGITS)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("12+a", 4),
        ("1 2", 3),
        ("(2", 3),
        ("2  )", 4),
        ("3! !", 4),
        ("2^fob(3)", 3),
        ("2\u00b3\u2074*a", 5),
        ("1,000", 2),
    ],
)
def test_a_refusal_names_the_position_counted_from_one(text: str, position: int) -> None:
    with pytest.raises(NotANumber, match=f"position {position}"):
        parse(text, MAX_DIGITS)


HOSTILE = {
    "tower": "9^9^9^9",
    "factorial": "99999999!",
    "zero times a factorial": "0*99999999!",
    "long tower": "2^" * 10_000 + "2",
    "long product": "10^9999*" * 3000 + "1",
    "long sum of powers": "9^10000-" * 4000 + "1",
    "1 MB of digits": "1" * 1_000_000,
    "1 MB of sum": "1+" * 500_000 + "1",
    "one digit too many": "1" + "0" * MAX_DIGITS,
}

TOO_LONG = {
    "products": "-".join(["(10^9000+1)*(10^9000+3)"] * 200),
    "quotients": "-".join(["(10^19998-1)/(10^9999-1)"] * 60),
    "terms": "1+" * 25_000 + "1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_too_much_to_compute_is_refused_before_it_is_computed(text: str) -> None:
    # To compute any of these takes minutes, or all memory.
    with pytest.raises(TooLarge, match=r"10,000 decimal digits|too long to compute"):
        parse(text, MAX_DIGITS)


@pytest.mark.parametrize("text", TOO_LONG.values(), ids=TOO_LONG)
@pytest.mark.parametrize("max_digits", [15_000, 100_000])
def test_what_takes_too_long_to_compute_is_refused(text: str, max_digits: int) -> None:
    with pytest.raises(TooLarge, match="too long to compute"):
        parse(text, max_digits)


LARGE = {
    "repunit": "(10^9999-1)/9",
    "factorial": "3248!+1",
    "primorial": "23000#-1",
    "digits": "1" * 9_999 + "*7",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_any_operation_may_have_a_value_of_10_000_digits(text: str) -> None:
    assert parse(text, MAX_DIGITS).bit_length() > 30_000


def test_a_list_of_100_000_short_expressions_is_within_its_budget() -> None:
    budget = Budget(MAX_LIST_SECONDS)
    parse("2^61-1", MAX_DIGITS, budget)
    assert (MAX_LIST_SECONDS - budget.seconds) * 100_000 < MAX_LIST_SECONDS


@pytest.mark.parametrize("text", ["97", "-97", "0x1f", "7" * 10_000])
def test_a_plain_integer_uses_no_budget(text: str) -> None:
    parse(text, MAX_DIGITS, Budget(0.0))


CHEAP = {"signs": "-" * 10_000 + "1", "tower of ones": "1^" * 10_000 + "1", "primorials of 2": "2" + "#" * 10_000}


@pytest.mark.parametrize("text", CHEAP.values(), ids=CHEAP)
def test_a_long_chain_needs_no_deep_recursion(text: str) -> None:
    assert parse(text, MAX_DIGITS) in (1, 2)


@given(st.text(alphabet="0123456789+-*/^!#(), xfiblucasnomial", max_size=30))
def test_any_text_of_the_alphabet_is_a_number_or_refused(text: str) -> None:
    try:
        value = parse(text, 100)
    except (NotANumber, TooLarge):
        return
    assert abs(value) < 10**100


@pytest.mark.parametrize("before", ["", "(1)+" * 60, "fib(1)+" * 60], ids=["none", "parentheses", "functions"])
def test_parentheses_may_be_nested_50_deep_whatever_stands_beside_them(before: str) -> None:
    assert parse(before + "(" * 50 + "7" + ")" * 50, MAX_DIGITS) == 7 + before.count("+")
    with pytest.raises(NotANumber, match=f"more than 50 nested parentheses at position {len(before) + 51}"):
        parse(before + "(" * 51 + "7" + ")" * 51, MAX_DIGITS)


def test_a_refusal_says_whether_something_is_missing_or_too_much() -> None:
    with pytest.raises(NotANumber, match=r"^something is missing at position 3: write"):
        parse("2+", MAX_DIGITS)
    with pytest.raises(NotANumber, match=f"^unexpected '{'x' * 40}' at position 3: write"):
        parse("2+" + "x" * 60, MAX_DIGITS)


def test_a_text_may_have_four_characters_for_each_digit_and_a_thousand_more() -> None:
    assert parse("1" + " " * 1397 + "+1", 100) == 2
    with pytest.raises(TooLarge, match="100 decimal digits"):
        parse("1" + " " * 1398 + "+1", 100)


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_value_may_have_the_most_digits_and_not_one_more(sign: str) -> None:
    assert abs(parse(f"{sign}(10^3-1)", 3)) == 999
    with pytest.raises(TooLarge, match="at most 3 decimal digits"):
        parse(f"{sign}(10^3)", 3)


@pytest.mark.parametrize("text", ["2^61-1", "2^61-", "25000!"], ids=["a value", "a mistake", "too large"])
def test_an_expression_takes_its_time_from_the_list_whether_it_has_a_value_or_not(text: str) -> None:
    budget = Budget(MAX_LIST_SECONDS)
    with suppress(NotANumber, TooLarge):
        parse(text, MAX_DIGITS, budget)
    tokens = {"2^61-1": 5, "2^61-": 4, "25000!": 2}[text]
    assert MAX_LIST_SECONDS - budget.seconds == pytest.approx(3e-6 + 1.2e-6 * tokens)


def test_an_expression_of_a_list_may_take_no_more_than_one_alone() -> None:
    budget = Budget(MAX_LIST_SECONDS)
    with pytest.raises(TooLarge, match="too long to compute"):
        parse("-".join(["23000#"] * 60), MAX_DIGITS, budget)
    assert budget.seconds > MAX_LIST_SECONDS - 2 * 0.05
