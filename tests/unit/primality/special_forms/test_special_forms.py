from __future__ import annotations

import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.checks import is_consistent
from chalicelib.primality.progress import Steps, ignore
from chalicelib.primality.result import Result, Verdict
from chalicelib.primality.special_forms import special_form
from chalicelib.primality.special_forms.squarings import Modulus, squarings

#: Exponents of the Mersenne primes: OEIS A000043.
MERSENNE = [89, 107, 127, 521, 607, 1279, 2203, 2281, 3217, 4253, 4423]


def _is_prime(n: int) -> bool | None:
    decision = special_form(mpz(n), ignore)
    if decision is None:
        return None
    if decision.witness is not None:
        assert is_consistent(Result(n, Verdict.COMPOSITE, decision.method, decision.witness))
    return decision.witness is None


def test_lucas_lehmer_finds_exactly_the_mersenne_primes() -> None:
    found = [p for p in sympy.primerange(82, 2300) if _is_prime(2**p - 1)]
    assert found == [p for p in MERSENNE if p < 2300]


@pytest.mark.parametrize("p", [91, 119, 2**7, 3**5])
def test_a_mersenne_number_of_composite_exponent_has_an_algebraic_factor(p: int) -> None:
    decision = special_form(mpz(2) ** p - 1, ignore)
    assert decision is not None
    assert decision.method == "algebraic factor"
    assert _is_prime(2**p - 1) is False


@pytest.mark.parametrize("k", range(2, 13))
def test_pepins_test_finds_no_fermat_prime_beyond_the_fourth(k: int) -> None:
    decision = special_form(mpz(2) ** (2**k) + 1, ignore)
    assert decision is not None
    assert decision.method == "Pépin"
    assert (decision.witness is None) == (k <= 4)


shapes = st.integers(4, 90).flatmap(
    lambda m: st.tuples(st.integers(0, 2 ** (m - 1) - 1).map(lambda half: 2 * half + 1), st.just(m))
)


@given(shapes)
def test_proth_agrees_with_sympy(shape: tuple[int, int]) -> None:
    k, m = shape
    assert _is_prime(k * 2**m + 1) == sympy.isprime(k * 2**m + 1)


@given(shapes)
def test_lucas_lehmer_riesel_agrees_with_sympy(shape: tuple[int, int]) -> None:
    k, m = shape
    n = k * 2**m - 1
    if k > 1 and n % 3:
        assert _is_prime(n) == sympy.isprime(n)


@pytest.mark.parametrize("m", [10, 50, 101])
def test_a_square_of_proths_form_is_found_out(m: int) -> None:
    assert _is_prime((2**m + 1) ** 2) is False


@pytest.mark.parametrize("n", [10**100 + 267, 2**200 + 235, 3**80 + 2], ids=["decimal", "k too large", "power"])
def test_a_number_of_no_special_form_is_not_decided(n: int) -> None:
    assert special_form(mpz(n), ignore) is None


@given(st.integers(0, 2**40), st.integers(1, 300), st.sampled_from([1, -1]), st.sampled_from([0, 2]), st.data())
def test_squaring_by_parts_equals_squaring_modulo(
    half: int, m: int, sign: int, minus: int, data: st.DataObject
) -> None:
    modulus = Modulus(mpz(2 * half + 1), m, sign)
    if modulus.value < 3:
        return
    x = data.draw(st.integers(0, int(modulus.value) - 1))
    expected = x
    for _ in range(20):
        expected = (expected * expected - minus) % int(modulus.value)
    assert squarings(mpz(x), 20, modulus, minus, ignore) == expected


def test_progress_counts_the_squarings() -> None:
    reports: list[Steps] = []
    special_form(mpz(2) ** 4423 - 1, reports.append)
    assert [report.done for report in reports] == [0, 1024, 2048, 3072, 4096]
    assert {report.total for report in reports} == {4421}
    assert reports[1] == Steps(1024, 4421, "iterations")
