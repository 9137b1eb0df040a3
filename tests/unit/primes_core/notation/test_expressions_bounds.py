from contextlib import suppress

import pytest

from primes_core.notation.budget import Budget
from primes_core.notation.expressions import MAX_LIST_SECONDS, parse
from primes_core.notation.integers import NotANumber, TooLarge

MAX_DIGITS = 10_000


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
