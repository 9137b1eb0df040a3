"""The divisors and the totient of a number are those that another library finds."""

import sympy
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.numbers.divisors import divisors, divisors_of_double, totient


@given(st.integers(1, 10**5))
def test_divisors_and_totient_are_those_of_another_library(n: int) -> None:
    assert divisors(n) == sympy.divisors(n)
    assert set(divisors_of_double(n)) == {*sympy.divisors(2 * n)} - {*sympy.divisors(n)}
    assert totient(n) == sympy.totient(n)
