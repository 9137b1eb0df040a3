import pytest
import sympy
from gmpy2 import mpz

from chalicelib.primality.progress import Steps, ignore
from chalicelib.primality.special_forms import special_form
from chalicelib.primality.special_forms.lucas_lehmer import lucas_lehmer
from tests.support.primality import is_prime

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
