"""Each method gives parts whose product is the number."""

import math

import pytest
from gmpy2 import is_prime
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.factorization import methods
from chalicelib.factorization.methods import ECM, RHO, SIEVE

P, Q = 10**9 + 7, 2**61 - 1
#: A prime that rho does not find, so that the sieve has to.
R = 10**24 + 7


@given(st.integers(1, 10**30), st.integers(2, 10**5))
def test_trial_division_finds_every_prime_below_100_000(cofactor: int, smooth: int) -> None:
    *small, last = methods.trial_division(smooth * cofactor)
    assert math.prod(small) * last == smooth * cofactor
    assert last in small or is_prime(last) or all(last % p for p in (2, 3, 5, 99_991, *small))


def test_the_roots_of_a_power_are_found() -> None:
    assert methods.perfect_power(P**5) == [P] * 5
    assert methods.perfect_power(P * Q) == [P * Q]


@pytest.mark.parametrize(
    ("method", "composite"), [(RHO, (10**6 + 3) * Q), (ECM, (10**9 + 7) * (2**127 - 1)), (SIEVE, P * Q)]
)
def test_a_method_of_pari_splits_a_composite(method: str, composite: int) -> None:
    found = methods.pari(composite, method)
    assert math.prod(found) == composite
    assert len(found) == 2


def test_the_sieve_finds_what_rho_does_not() -> None:
    composite = R * (10**24 + 49)
    assert methods.pari(composite, RHO) == [composite]
    assert sorted(methods.pari(composite, SIEVE)) == [R, 10**24 + 49]
