"""The functions of a number follow from its prime factors."""

from hypothesis import given
from hypothesis import strategies as st
from sympy import divisor_count, divisor_sigma, factorint, mobius, reduced_totient, totient

from chalicelib.factorization.factors import Factor, Factorization, unfactored
from chalicelib.factorization.functions import functions_of
from chalicelib.primality.result import Verdict


@given(st.integers(2, 10**12) | st.integers(1, 6).map(lambda e: 2**e) | st.integers(2, 10**4).map(lambda n: n * n))
def test_the_functions_are_those_of_sympy(n: int) -> None:
    factors = [Factor(p, e, Verdict.PRIME, "trial division") for p, e in factorint(n).items()]
    found = functions_of(Factorization(factors))
    assert found is not None
    assert (found.number_of_divisors, found.sum_of_divisors) == (divisor_count(n), divisor_sigma(n))
    assert (found.euler_phi, found.carmichael_lambda) == (totient(n), reduced_totient(n))
    assert (found.moebius, found.squarefree) == (mobius(n), mobius(n) != 0)


def test_without_all_factors_there_are_no_functions() -> None:
    assert functions_of(unfactored(91)) is None
