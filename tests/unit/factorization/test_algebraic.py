"""The form of an expression shows divisors of its value."""

import math
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.factorization.algebraic import refine, split
from primes_core.notation.expressions import parse


def values(number: int, expression: str | None = None) -> list[int]:
    return [value for value, _ in split(number, expression)]


#: Expressions, each with the least number of its parts.
SPLIT = """
2^512-1=9 (2^61-1)*(2^31-1)=2 M512=9 R100=10 (10^102-1)/9=7 2^100+3^50=5 4*7^4+1=2 3^15*9+1=2 -(1-2^60)=13
(2^31-1)^2*(2^61-1)/(2^31-1)=2 fib(300)=19 lucas(105)=9 3*2^20+3=2 25!+24!=2 binomial(10^9+7,2)=2
(10^9+7)!1000000000=2 10^60+7=1
"""


@pytest.mark.parametrize(
    ("expression", "parts"),
    [("2 ^ 58 + 1", 3), *((each.split("=")[0], int(each.split("=")[1])) for each in SPLIT.split())],
)
def test_an_expression_is_split_as_its_form_shows(expression: str, parts: int) -> None:
    number = parse(expression, 10_000)
    found = values(number, expression)
    assert math.prod(found) == number
    assert len(found) >= parts
    assert (len(found) > 1) == (parts > 1)


def test_digits_of_a_power_plus_or_minus_1_are_split_as_well() -> None:
    assert sorted(values(2**128 - 1)) == [3, 5, 17, 257, 65537, 2**32 + 1, 2**64 + 1]
    assert sorted(values(2**118 + 1)) == [5, (2**59 - 2**30 + 1) // 5, 2**59 + 2**30 + 1]
    assert values(91) == [91]  # a word


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("2^6-1", [(3, "2+1"), (7, "2^3-1"), (3, "Φ_6(2)")]),
        ("3*(2^61-1)", [(2**61 - 1, "2^61-1"), (3, "")]),
        ("10^9-1", [(3, "10-1"), (3, "10-1"), (3, "Φ_3(10)"), (37, "Φ_3(10)"), (3, "Φ_9(10)"), (333667, "Φ_9(10)")]),
        ("fib(12)", [(2, "fib(3)"), (3, "fib*(4)"), (2, "fib*(6)"), (2, "fib*(6)"), (2, "fib*(12)"), (3, "fib*(12)")]),
        ("2^61-1", [(2**61 - 1, "")]),
        ("-2^3+5^3", [(3, "5-2"), (3, "Φ_3(5,2)"), (13, "Φ_3(5,2)")]),
    ],
)
def test_a_part_has_the_name_of_its_form(expression: str, parts: list[tuple[int, str]]) -> None:
    assert split(parse(expression, 10_000), expression) == parts


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.sampled_from(["fib", "lucas"]))))
def test_parts_of_fibonacci_and_lucas_numbers_give_the_number(case: tuple[int, str]) -> None:
    n, name = case
    number = parse(f"{name}({n})", 10_000)
    if number > 1:
        assert math.prod(values(number, f"{name}({n})")) == number


@given(st.integers(2, 10**40), st.lists(st.integers(1, 10**20), max_size=5))
def test_parts_that_other_numbers_show_give_the_number(number: int, known: list[int]) -> None:
    assert math.prod(refine(number, known)) == number


@pytest.mark.parametrize(
    "expression",
    ["0^(10^30)+91", "1^(10^30)+90", "(-1)^(10^30)+90", "2*0^(10^30)+91", "+".join(["2^3000-2^3000"] * 300) + "+91"],
    ids=lambda expression: expression[:20],
)
def test_an_expression_that_shows_nothing_takes_no_time(expression: str) -> None:
    before = process_time()
    assert split(parse(expression, 10_000), expression) == [(91, "")]
    assert process_time() - before < 1
