"""The time of a factorization is estimated by the parts that the form of an expression shows."""

import pytest

from chalicelib.factorization.algebraic import split
from chalicelib.numbers.cost import factoring_seconds, screening_seconds
from chalicelib.numbers.forms import MAX_DIGITS, SECONDS_PER_BIT, factoring_seconds_of, seconds_in_list
from chalicelib.thresholds import MAX_SHORT_FACTORING_SECONDS
from primes_core.notation.expressions import parse

SHOWN = """
2^512-1 M512 1-4^256 R210 (10^317-1)/9 1e200+1 2^290+1 2^210*3^210-1 12^120-1 10^120-7^120 (2^89-1)*(2^107-1)
(2^89-1)^3 -(2^89+2^88)^2 fib(500) lucas(504) 10^60+7
"""


@pytest.mark.parametrize("expression", SHOWN.split())
def test_the_estimate_is_that_of_the_parts_that_the_form_shows(expression: str) -> None:
    number = abs(parse(expression, MAX_DIGITS))
    parts = sum(factoring_seconds(value.bit_length()) for value, _ in split(number, expression))
    estimate = factoring_seconds_of(number.bit_length(), expression)
    assert parts / 3 <= estimate <= 5 * parts + SECONDS_PER_BIT * number.bit_length()


@pytest.mark.parametrize("expression", ["1000!", "2000!!", "3000#", "binomial(2000,1000)", "2^5000"])
def test_a_product_of_small_numbers_takes_little_time(expression: str) -> None:
    assert factoring_seconds_of(parse(expression, MAX_DIGITS).bit_length(), expression) < 1


@pytest.mark.parametrize(
    "expression",
    ["0^(10^30)+10^60+7", "1^(10^30)+10^60+7", "fib(0)+lucas(0)+10^60", "0*2^9+10^60"],
)
def test_an_expression_that_shows_nothing_takes_the_time_of_its_size(expression: str) -> None:
    bits = parse(expression, MAX_DIGITS).bit_length()
    assert factoring_seconds_of(bits, expression) == factoring_seconds_of(bits, None) == factoring_seconds(bits)


def test_a_factorization_in_a_list_has_a_bound() -> None:
    screening = screening_seconds(300)
    assert seconds_in_list(300, None, factors=False) == screening
    assert seconds_in_list(300, None, factors=True) == screening + MAX_SHORT_FACTORING_SECONDS
    assert seconds_in_list(128, None, factors=True) == screening_seconds(128) + factoring_seconds(128)
