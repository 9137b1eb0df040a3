from unittest.mock import Mock

import gmpy2
import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality import strong_test
from chalicelib.primality.result import Verdict, Witness, WrongResult
from chalicelib.primality.screening import screen
from chalicelib.primality.strong_test import base_of_composite, find_base, hash_bases, refutes
from tests.support.primality import cases


@given(
    st.integers(1, 2**100).map(lambda half: 2 * half + 1) | st.integers(3, 2**60).map(sympy.nextprime),
    st.integers(2, 2**64),
)
def test_a_base_refutes_what_gmp_calls_no_strong_probable_prime(n: int, base: int) -> None:
    if gmpy2.gcd(base, n) == 1:
        assert refutes(base, mpz(n)) == (not gmpy2.is_strong_prp(n, base))


def test_the_least_strong_pseudoprime_to_12_bases_is_refuted_by_the_13th() -> None:
    # ψ12 of Sorenson and Webster (2017)
    assert find_base(mpz(318_665_857_834_031_151_167_461), strong_test.BASES) == Witness(base=41)


def arnault_composites() -> list[int]:
    return [case.n for case in cases(1100, 1400) if "Arnault" in case.source]


@pytest.mark.parametrize("n", [strong_test.PSI_13, *arnault_composites()], ids=["13 bases", "46 bases", "62 bases"])
def test_a_composite_that_passes_for_every_small_base_takes_few_modular_powers(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_base(mpz(n), strong_test.BASES) is None
    powmod = Mock(wraps=gmpy2.powmod)
    monkeypatch.setattr(gmpy2, "powmod", powmod)
    assert screen(n).verdict is Verdict.COMPOSITE
    assert powmod.call_count <= 13 + 5


@given(st.integers(2**64, 2**2000), st.integers(1, 2**64))
def test_the_bases_depend_on_all_of_the_number(n: int, difference: int) -> None:
    assert list(hash_bases(mpz(n))) == list(hash_bases(mpz(n)))
    assert not set(hash_bases(mpz(n))) & set(hash_bases(mpz(n + difference)))


def test_a_prime_that_is_called_composite_is_reported() -> None:
    with pytest.raises(WrongResult, match="no base refutes it"):
        base_of_composite(mpz(2**61 - 1))


@pytest.mark.parametrize("multiple", [0, 1, 2])
def test_no_multiple_of_a_number_refutes_it(multiple: int) -> None:
    assert not refutes(91 * multiple, mpz(91))
    assert not refutes(97 * multiple, mpz(97))
