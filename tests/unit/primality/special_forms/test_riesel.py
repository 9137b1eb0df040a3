import sympy
from hypothesis import given

from tests.support.primality import is_prime, shapes


@given(shapes)
def test_lucas_lehmer_riesel_agrees_with_sympy(shape: tuple[int, int]) -> None:
    k, m = shape
    n = k * 2**m - 1
    if k > 1 and n % 3:
        assert is_prime(n) == sympy.isprime(n)
