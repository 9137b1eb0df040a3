"""The algebraic factors of x^n ± y^n give the whole number, and are as fine as the Cunningham tables' rule."""

import math

import pytest
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st
from sympy import cyclotomic_poly, divisors, factorint

from chalicelib.factorization.cyclotomic import factors_of_sum


def squarefree_part(n: int) -> int:
    return math.prod(prime for prime, exponent in factorint(n).items() if exponent % 2)


def expected_parts(base: int, n: int, sign: int) -> int:
    """Return how many algebraic parts base^n + sign has: cyclotomic ones, two for each with Aurifeuillian factors.

    J. Brillhart et al., "Factorizations of b^n ± 1", section III C: Φ_d(b) has two where d is an odd multiple of k, or
    of 2k unless k is 1 modulo 4, with k the square-free part of b.
    """
    kernel = squarefree_part(base)
    step = kernel if kernel % 4 == 1 else 2 * kernel
    indices = divisors(n) if sign < 0 else [d for d in divisors(2 * n) if n % d]
    return sum(2 if kernel > 1 and d % step == 0 and d // step % 2 else 1 for d in indices)


@given(st.integers(2, 60), st.integers(1, 60), st.integers(1, 40), st.sampled_from([1, -1]))
def test_the_product_of_the_factors_is_the_number(x: int, y: int, n: int, sign: int) -> None:
    common = math.gcd(x, y)
    x, y = x // common, y // common
    if x != y:
        assert math.prod(value for value, _ in factors_of_sum(mpz(x), mpz(y), n, sign)) == abs(x**n + sign * y**n)


@pytest.mark.parametrize("base", range(2, 13))
def test_b_to_the_n_plus_or_minus_1_has_the_parts_of_the_cunningham_tables(base: int) -> None:
    root = {4: 2, 8: 2, 9: 3}.get(base, base)
    power = round(math.log(base, root))
    for n in range(1, 61):
        for sign in (1, -1):
            parts = list(factors_of_sum(mpz(root), mpz(1), n * power, sign))
            assert len(parts) == expected_parts(root, n * power, sign)


def test_a_part_is_the_value_of_a_cyclotomic_polynomial_and_has_its_name() -> None:
    names = ["10-1", "10+1", "Φ_3(10)", "10^2+1", "Φ_6(10)", "Φ_12(10)"]
    assert list(factors_of_sum(mpz(10), mpz(1), 12, -1)) == [
        (cyclotomic_poly(d, 10), name) for d, name in zip(divisors(12), names, strict=True)
    ]
