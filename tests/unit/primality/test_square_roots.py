import math

import gmpy2
import pytest
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.square_roots import SquareRoots, square_root

primes = st.integers(2**64, 2**200).map(gmpy2.next_prime)


@pytest.mark.parametrize("rest", [1, 3, 5, 7])
@given(st.integers(2**64, 2**200), st.integers(2, 2**64))
def test_the_square_of_a_square_root_is_the_number(rest: int, start: int, x: int) -> None:
    n = mpz(start - start % 8 + rest)
    while not gmpy2.is_prime(n):
        n += 8
    assert square_root(mpz(x) ** 2 % n, n) in (x, n - x)


@given(primes, st.lists(st.sampled_from([-3, -4, 5, -7, 8, -8, -11, 13]), unique=True, max_size=4).map(tuple))
def test_square_roots_exist_where_all_symbols_are_1_and_multiply_as_the_numbers_do(
    n: mpz, integers: tuple[int, ...]
) -> None:
    roots = SquareRoots(n)
    assert roots.exist(integers) == all(gmpy2.legendre(a, n) == 1 for a in integers)
    if roots.exist(integers):
        assert (roots.of_product(integers) ** 2 - math.prod(integers)) % n == 0
