import math

import gmpy2
import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality import special_forms
from chalicelib.primality.progress import Steps, ignore
from chalicelib.primality.special_forms import Modulus, lucas_lehmer, proth, special_form, squarings
from tests.support.primality import is_prime, shapes


@given(shapes)
def test_proth_and_lucas_lehmer_riesel_agree_with_sympy(shape: tuple[int, int]) -> None:
    k, m = shape
    n = k * 2**m - 1
    assert is_prime(n + 2) == sympy.isprime(n + 2)
    if k > 1 and n % 3:
        assert is_prime(n) == sympy.isprime(n)


@pytest.mark.parametrize("k", range(2, 13))
def test_pepins_test_finds_no_fermat_prime_beyond_the_fourth(k: int) -> None:
    decision = proth(mpz(1), 2**k)
    assert decision.method == "Pépin"
    assert (decision.witness is None) == (k <= 4)


@pytest.mark.parametrize("m", [10, 50, 101])
def test_a_square_of_proths_form_has_its_root_as_factor(m: int) -> None:
    decision = proth(mpz(2 ** (m - 1) + 1), m + 1)
    assert decision.witness is not None
    assert decision.witness.factor == 2**m + 1


def test_a_number_modulo_which_every_small_prime_is_a_square_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    # So is 100003#·2^143840 + 1 for all primes below 100,000.
    small = [2, 3, 5, 7, 11, 13]
    k, m = math.prod(small[1:]), 40
    n = k * 2**m + 1
    assert [gmpy2.jacobi(p, n) for p in small] == [1] * len(small)
    monkeypatch.setattr(special_forms, "PRIMES", small)
    assert (proth(mpz(k), m).witness is None) == sympy.isprime(n)


#: Exponents of the Mersenne primes: OEIS A000043.
MERSENNE = [89, 107, 127, 521, 607, 1279, 2203]


@pytest.mark.deep
def test_lucas_lehmer_finds_exactly_the_mersenne_primes() -> None:
    assert [p for p in sympy.primerange(82, 2300) if is_prime(2**p - 1)] == [*MERSENNE, 2281]


@pytest.mark.parametrize("p", [91, 119, 2**7, 3**5])
def test_a_mersenne_number_of_composite_exponent_has_an_algebraic_factor(p: int) -> None:
    assert lucas_lehmer(p, ignore).method == "algebraic factor"
    assert is_prime(2**p - 1) is False


def test_progress_counts_the_squarings() -> None:
    reports: list[Steps] = []
    special_form(mpz(2) ** 4423 - 1, reports.append)
    assert reports == [Steps(done, 4421, "iterations") for done in (0, 1024, 2048, 3072, 4096)]


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
