import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.small_primes import PRIMES, SQUARE, smallest_factor

LARGE_PRIME = 2**521 - 1
#: Bits of a number, and the limit of the primes by which it is divided.
LIMITS = [(60, 1_000), (399, 1_000), (400, 10_000), (2047, 10_000), (2048, 100_000), (4000, 100_000)]


@given(st.integers(2, 1_002_001))
def test_the_smallest_factor_of_a_small_number_is_the_one_of_sympy(n: int) -> None:
    expected = min(sympy.factorint(n))
    assert smallest_factor(mpz(n)) == (expected if expected < 1000 else None)
    assert expected < 1000 or n >= SQUARE or expected == n, "below SQUARE, what has no factor is prime"


@given(st.lists(st.sampled_from(PRIMES[:168]), min_size=1, max_size=5), st.integers(0, 3))
def test_a_factor_below_1_000_is_found_in_a_number_of_any_size(factors: list[int], power: int) -> None:
    n = mpz(LARGE_PRIME) ** power * int(sympy.prod(factors))
    assert smallest_factor(n) == min(factors)


@pytest.mark.deep
@pytest.mark.parametrize(("bits", "limit"), LIMITS)
def test_the_limit_grows_with_the_number(bits: int, limit: int) -> None:
    below, above = int(sympy.prevprime(limit)), int(sympy.nextprime(limit))
    for factor, found in ((below, below), (above, None)):
        cofactor = sympy.nextprime(2 ** (bits - 1) // factor + 10**6)
        n = mpz(factor * cofactor)
        assert n.bit_length() == bits
        assert smallest_factor(n) == found
