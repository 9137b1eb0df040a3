import math
import sys

import gmpy2
import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given

from chalicelib.primality.special_forms.proth import proth
from tests.support.primality import is_prime, shapes

MODULE = sys.modules["chalicelib.primality.special_forms.proth"]


@given(shapes)
def test_proth_agrees_with_sympy(shape: tuple[int, int]) -> None:
    k, m = shape
    assert is_prime(k * 2**m + 1) == sympy.isprime(k * 2**m + 1)


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
    monkeypatch.setattr(MODULE, "PRIMES", small)
    assert (proth(mpz(k), m).witness is None) == sympy.isprime(n)
