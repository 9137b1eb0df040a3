import sympy
from gmpy2 import is_strong_prp, mpz, next_prime
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality import baillie_psw
from chalicelib.primality.baillie_psw import is_flint_lucas_probable_prime, is_lucas_probable_prime, lucas_witness
from chalicelib.primality.result import Witness
from tests.support import examples

#: Composites that pass the almost extra strong Lucas test: 10469, and those of OEIS A217719, which also meet the
#: condition on U.
LUCAS_PSEUDOPRIMES = [989, 3239, 5777, 10469, 10877, 27971, 29681, 30739, 31631, 39059]
SIZES = st.sampled_from([40, 64, 65, 200, baillie_psw.FLINT_MAX_BITS, baillie_psw.FLINT_MAX_BITS + 1])


@settings(max_examples=examples(50))
@given(SIZES, st.integers(0, 2**520))
def test_a_number_has_no_witness_exactly_when_it_is_prime(bits: int, seed: int) -> None:
    n = int(next_prime(seed % 2**bits | 1 << (bits - 1)))
    assert lucas_witness(mpz(n)) is None
    assert lucas_witness(mpz(n * n)) is not None


def test_the_primes_and_the_known_composites_pass_the_lucas_test() -> None:
    passing = {n for n in range(11, 40_000, 2) if is_lucas_probable_prime(mpz(n))}
    assert passing == {*sympy.primerange(11, 40_000), *LUCAS_PSEUDOPRIMES}


def test_only_primes_pass_the_strong_test_and_the_lucas_test_of_flint() -> None:
    passing = [n for n in range(5, 300_000, 2) if is_strong_prp(n, 2) and is_flint_lucas_probable_prime(n)]
    assert passing == [*sympy.primerange(5, 300_000)]


def test_a_strong_pseudoprime_to_base_2_is_refuted_by_another_base() -> None:
    assert lucas_witness(mpz(1093**2)) == Witness(base=3)
