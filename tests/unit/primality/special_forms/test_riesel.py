from __future__ import annotations

import sympy
from gmpy2 import mpz
from hypothesis import given

from chalicelib.primality.progress import ignore
from chalicelib.primality.special_forms.riesel import riesel
from tests.support.primality import is_prime, shapes


@given(shapes)
def test_lucas_lehmer_riesel_agrees_with_sympy(shape: tuple[int, int]) -> None:
    k, m = shape
    n = k * 2**m - 1
    if k > 1 and n % 3:
        assert is_prime(n) == sympy.isprime(n)


def test_a_riesel_prime_is_proven() -> None:
    decision = riesel(mpz(3), 94, ignore)
    assert decision.method == "Lucas-Lehmer-Riesel"
    assert decision.witness is None
