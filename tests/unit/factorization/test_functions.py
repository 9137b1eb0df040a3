"""The functions of a number follow from its prime factors."""

from hypothesis import example, given
from hypothesis import strategies as st
from sympy import (
    divisor_count,
    divisor_sigma,
    factorint,
    isprime,
    mobius,
    prevprime,
    primitive_root,
    reduced_totient,
    totient,
)

from chalicelib.factorization.factors import Factor, Factorization, unfactored
from chalicelib.factorization.functions import functions_of
from chalicelib.primality.result import Verdict

PREDECESSORS_OF_PRIMES = st.integers(4, 10**15).map(prevprime).map(lambda p: p - 1)


@example(560)  # 561 is a Carmichael number
@given(st.integers(2, 10**12) | st.integers(1, 6).map(lambda e: 2**e) | PREDECESSORS_OF_PRIMES)
def test_the_functions_are_those_of_sympy(n: int) -> None:
    factors = [Factor(p, e, Verdict.PRIME, "trial division") for p, e in factorint(n).items()]
    found = functions_of(Factorization(factors))
    assert found is not None
    assert (found.number_of_divisors, found.sum_of_divisors) == (divisor_count(n), divisor_sigma(n))
    assert (found.euler_phi, found.carmichael_lambda) == (totient(n), reduced_totient(n))
    assert (found.moebius, found.squarefree) == (mobius(n), mobius(n) != 0)
    assert found.least_primitive_root == (primitive_root(n + 1) if isprime(n + 1) else None)


def test_without_all_factors_there_are_no_functions() -> None:
    assert functions_of(unfactored(91)) is None
