import math

import gmpy2
import pytest
from gmpy2 import mpz

from chalicelib.primality import ecpp
from chalicelib.primality.class_polynomials import discriminants, j_invariant
from chalicelib.primality.square_roots import SquareRoots


def test_the_table_has_every_discriminant_of_class_number_up_to_8_but_two() -> None:
    # The counts are those of M. Watkins, "Class numbers of imaginary quadratic fields", Math. Comp. 73 (2004).
    values = {row.value for row in discriminants()}
    assert len(values) == len(discriminants()) == 9 + 18 + 16 + 54 + 25 + 51 + 31 + 131 - len({-3, -4})


@pytest.mark.parametrize("step", [37, pytest.param(1, marks=pytest.mark.deep)])
def test_a_j_invariant_is_a_root_of_the_class_polynomial_that_pari_computes(step: int) -> None:
    for row in discriminants()[::step]:
        n = _prime_of_a_curve(row.value, 2**80 if step > 1 else 2**200)
        j = j_invariant(row, SquareRoots(mpz(n)))
        assert j is not None
        value = 0
        for coefficient in ecpp.load_pari().polclass(row.value).Vec():
            value = (value * int(j) + int(coefficient)) % n
        assert value == 0, row


def _prime_of_a_curve(discriminant: int, size: int) -> int:
    """Return a prime n with 4n = u² + |D|·v²."""
    v = math.isqrt(2 * size // -discriminant) * 2
    u = math.isqrt(size) * 2
    while not gmpy2.is_prime(n := (u * u - discriminant * v * v) // 4):
        u += 2
    return n
