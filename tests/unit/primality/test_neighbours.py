import math

import gmpy2
import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.neighbours import smooth_neighbour
from chalicelib.primality.progress import Steps, ignore
from chalicelib.primality.small_primes import PRODUCT_100_000
from primes_core.notation.expressions import parse
from tests.support.primality import is_valid

#: Factorial and primorial primes: OEIS A002981, A002982, A005234, A006794.
PROVEN = [
    ("154!+1", "Pocklington"),
    ("324!-1", "Morrison"),
    ("1021#+1", "Pocklington"),
    ("991#-1", "Morrison"),
]

smooth = st.lists(st.sampled_from([2, 2, 3, 5, 7, 11, 97, 9973]), min_size=30, max_size=60).map(math.prod)


@given(smooth, st.sampled_from([1, -1]))
def test_a_number_next_to_a_smooth_one_is_proven_exactly_when_sympy_calls_it_prime(m: int, step: int) -> None:
    n = m + step
    # A probable prime has no small factor. One that a trace shares with n would be an error of the arithmetic.
    if gmpy2.gcd(n, PRODUCT_100_000) == 1:
        assert (smooth_neighbour(mpz(n), ignore) is not None) == sympy.isprime(n)


@pytest.mark.parametrize(("text", "method"), PROVEN, ids=[text for text, _ in PROVEN])
def test_a_factorial_or_primorial_prime_is_proven_from_its_neighbour(text: str, method: str) -> None:
    decision = smooth_neighbour(mpz(parse(text, 10_000)), ignore)
    assert decision is not None
    assert decision.method == method
    assert is_valid(decision.certificate, parse(text, 10_000))


def test_an_odd_composite_is_never_proven_prime() -> None:
    # Elements of the field of n + 1 have denominators, with which a composite can share a factor.
    proven = [n for n in range(9, 700, 2) if not gmpy2.is_prime(n) and smooth_neighbour(mpz(n), ignore)]
    assert proven == []


@pytest.mark.parametrize(("smooth_bits", "step", "suffices"), [(170, 1, False), (210, 1, True), (290, -1, False)])
def test_a_third_of_the_bits_of_n_minus_1_suffices_and_half_of_n_plus_1(
    smooth_bits: int, step: int, suffices: bool
) -> None:
    h = gmpy2.next_prime(2 ** (600 - smooth_bits))
    while not gmpy2.is_prime(n := h * 2**smooth_bits + step):
        h += 2
    assert (smooth_neighbour(n, ignore) is not None) == suffices


@pytest.mark.parametrize("step", [1, -1])
def test_a_known_prime_factor_makes_the_proof_and_a_composite_one_does_not(step: int) -> None:
    helper = int(gmpy2.next_prime(2**200))
    n = next(n for k in range(2, 10**4, 2) if gmpy2.is_prime(n := mpz(k * helper + step)))
    proof = smooth_neighbour(n, ignore, [5, helper])
    assert proof is not None
    assert is_valid(proof.certificate, int(n))
    assert smooth_neighbour(n, ignore, [int(n) - step]) is None


def test_progress_counts_the_factors_of_the_neighbour() -> None:
    reports: list[Steps] = []
    smooth_neighbour(mpz(parse("320!+1", 10_000)), reports.append)
    assert reports[0].done == 0
    assert reports[0].unit == "factors"
