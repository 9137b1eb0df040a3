import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality.witness_factor import find_factor, rho, root
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


def test_a_number_that_is_no_perfect_power_has_no_root() -> None:
    assert root(mpz(10**40 + 1)) is None


def test_rho_finds_a_factor_of_seven_digits_in_a_large_number() -> None:
    p = 1_000_003
    assert rho(mpz(p * sympy.nextprime(2**200))) == p


def test_rho_stops_without_a_factor_of_two_large_primes() -> None:
    assert rho(mpz(sympy.nextprime(2**100) * sympy.nextprime(2**101))) is None
