from __future__ import annotations

import gmpy2
import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality import strong_test
from chalicelib.primality.result import Witness, WrongResult
from chalicelib.primality.strong_test import base_of_composite, find_base, refutes


@given(st.integers(3, 2**60).map(sympy.nextprime), st.integers(2, 2**64))
def test_no_base_refutes_a_prime(p: int, base: int) -> None:
    assert not refutes(base, mpz(p))


@given(st.integers(1, 2**100).map(lambda half: 2 * half + 1), st.integers(2, 2**20))
def test_a_base_refutes_what_gmp_calls_no_strong_probable_prime(n: int, base: int) -> None:
    if gmpy2.gcd(base, n) == 1:
        assert refutes(base, mpz(n)) == (not gmpy2.is_strong_prp(n, base))


def test_the_least_strong_pseudoprime_to_12_bases_is_refuted_by_the_13th() -> None:
    # ψ12 of Sorenson and Webster (2017)
    assert find_base(mpz(318_665_857_834_031_151_167_461), strong_test.BASES) == Witness(base=41)


def test_the_least_strong_pseudoprime_to_13_bases_is_refuted_by_none_of_them() -> None:
    assert find_base(mpz(strong_test.PSI_13), strong_test.BASES) is None


def test_a_composite_that_passes_for_every_small_base_is_refuted_by_a_large_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(strong_test, "PRIMES", strong_test.BASES)
    assert base_of_composite(mpz(strong_test.PSI_13)) == Witness(base=10**18 + 1)


def test_a_prime_that_is_called_composite_is_reported() -> None:
    with pytest.raises(WrongResult, match="no base refutes it"):
        base_of_composite(mpz(2**61 - 1))


def test_a_small_base_is_found_before_a_large_one() -> None:
    assert base_of_composite(mpz(9)) == Witness(base=2)


@pytest.mark.parametrize("multiple", [0, 1, 2])
def test_no_multiple_of_a_number_refutes_it(multiple: int) -> None:
    assert not refutes(91 * multiple, mpz(91))
    assert not refutes(97 * multiple, mpz(97))
