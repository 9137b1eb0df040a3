import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality.witness_factor import find_factor
from tests.support import examples

word_primes = st.integers(1001, 2**31).map(sympy.nextprime)


@settings(max_examples=examples(30))
@given(word_primes, word_primes)
def test_a_composite_of_64_bits_always_gets_a_factor(p: int, q: int) -> None:
    found = find_factor(mpz(p * q))
    assert found is not None
    assert found[1] in (p, q)


@pytest.mark.parametrize("exponent", [2, 3, 4, 5, 7, 12])
def test_a_perfect_power_gets_its_root(exponent: int) -> None:
    p = sympy.nextprime(10**20)
    method, factor = find_factor(mpz(p**exponent)) or ("", 0)
    assert method == "perfect power"
    assert p**exponent % factor == 0
    assert 1 < factor < p**exponent
