import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from primes_core.notation.integers import to_decimal
from primes_core.verifier.integers import MAX_DIGITS, is_small_prime, jacobi, to_integer
from primes_core.verifier.refusals import TooMuchWork


@given(st.integers(0, 2**65) | st.integers(3, 2**64).map(sympy.prevprime))
def test_the_test_of_small_primes_agrees_with_sympy(n: int) -> None:
    assert is_small_prime(n) == (n < 2**64 and sympy.isprime(n))


@pytest.mark.parametrize("n", [-7, 0, 1, 3215031751, 3825123056546413051, 2**64 + 13], ids=str)
def test_a_pseudoprime_to_the_first_bases_is_no_prime(n: int) -> None:
    # ψ4 and ψ9 of J. Sorenson and J. Webster, "Strong pseudoprimes to twelve prime bases" (2017)
    assert not is_small_prime(n)


@given(st.integers(-(10**30), 10**30), st.integers(0, 10**30).map(lambda n: 2 * n + 1))
def test_the_jacobi_symbol_agrees_with_sympy(a: int, n: int) -> None:
    assert jacobi(a, n) == sympy.jacobi_symbol(a, n)


@pytest.mark.parametrize("value", [0, 7, -7, 10**639, 10**640, 10**5000 + 1, -(10**9999) + 7], ids=lambda _: "")
def test_digits_of_any_length_are_converted(value: int) -> None:
    assert to_integer(to_decimal(value)) == value
    assert to_integer(f"{value:x}", 16) == value


def test_more_digits_than_are_allowed_are_not_converted() -> None:
    with pytest.raises(TooMuchWork):
        to_integer("1" * (MAX_DIGITS + 1))
