import pytest
from gmpy2 import mpz

from primes_core.verifier import verify
from primes_core.verifier.mersenne import Mersenne

#: The exponents of Mersenne primes from 3 to 640: OEIS A000043.
EXPONENTS = {3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607}


def test_exactly_the_mersenne_primes_are_accepted() -> None:
    assert {p for p in range(2, 640) if verify(f"Lucas-Lehmer: 2^{p}-1").valid} == EXPONENTS


@pytest.mark.parametrize("p", [1279, 2203, 2281])
def test_a_large_mersenne_prime_is_accepted_with_gmpy2_s_integers(p: int) -> None:
    Mersenne(p).check(mpz)
