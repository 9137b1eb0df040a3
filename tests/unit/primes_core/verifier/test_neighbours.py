import pytest
import sympy
from gmpy2 import mpz
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from primes_core.verifier import verify
from primes_core.verifier.neighbours import Neighbour
from primes_core.verifier.proofs import SmallPrime
from primes_core.verifier.refusals import Refused
from tests.support import examples


def is_accepted(n: int, sign: int, primes: list[int]) -> bool:
    try:
        Neighbour(n, sign, [SmallPrime(p) for p in primes]).check(int)
    except Refused:
        return False
    return True


def primes_of(n: int) -> list[int]:
    return [int(p) for p in sympy.primefactors(n)]  # some are of FLINT's type


@pytest.mark.parametrize("sign", [-1, 1])
def test_every_prime_is_proven_by_all_the_factors_of_a_neighbour(sign: int) -> None:
    assert [p for p in sympy.primerange(5, 2000) if not is_accepted(p, sign, primes_of(p + sign))] == []


@pytest.mark.parametrize("sign", [-1, 1])
def test_no_composite_is_proven_by_any_factors_of_a_neighbour(sign: int) -> None:
    composites = [n for n in range(3, 3000, 2) if not sympy.isprime(n)]
    assert [n for n in composites if is_accepted(n, sign, primes_of(n + sign))] == []


@settings(max_examples=examples(30))
@given(st.integers(2**40, 2**80).map(sympy.nextprime), st.sampled_from([-1, 1]))
def test_a_large_prime_factor_is_used(p: int, sign: int) -> None:
    factors = primes_of(p + sign)
    assume(factors[-1] < 2**64)
    assert is_accepted(p, sign, factors)


@pytest.mark.parametrize("k", [1, 3, 2**40 - 3, 2**40 - 1])
@pytest.mark.parametrize("sign", [-1, 1])
def test_two_alone_decides_the_numbers_k_2_m_plus_or_minus_1(k: int, sign: int) -> None:
    exponents = [m for m in range(k.bit_length(), 400) if k * 2**m - sign > 5]
    accepted = [m for m in exponents if is_accepted(k * 2**m - sign, sign, [2])]
    assert accepted == [m for m in exponents if sympy.isprime(k * 2**m - sign)]


@pytest.mark.parametrize(("n", "sign"), [(sympy.factorial(73) + 1, -1), (sympy.factorial(94) - 1, 1)])
def test_a_factorial_prime_is_proven_with_python_s_and_gmpy2_s_integers(n: sympy.Integer, sign: int) -> None:
    proof = Neighbour(int(n), sign, [SmallPrime(p) for p in primes_of(n + sign)])
    proof.check(int)
    proof.check(mpz)


@pytest.mark.parametrize(
    ("n", "sign", "primes", "reason"),
    [
        (1009, -1, [2, 3, 5], "does not divide"),
        (1009, -1, [63, 2], "not a prime"),
        (1019, -1, [2], "too small"),
        (1039, 1, [2], "too small"),
        (1008, -1, [19, 53], "even"),
        (561, -1, [2, 5, 7], "N is composite|no element|digits to the base"),
        (25, -1, [2, 3], "N is composite|no element"),
        (25, 1, [2, 13], "square|N is composite"),
        (9, 1, [2, 5], "square|N is composite"),
    ],
)
def test_a_condition_that_fails_is_the_reason(n: int, sign: int, primes: list[int], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        Neighbour(n, sign, [SmallPrime(p) for p in primes]).check(int)


def test_a_factor_between_the_cube_and_the_square_root_suffices_for_n_minus_1() -> None:
    # 2^20 | N - 1, and 2^20 is over the cube root of N and below its square root
    proven = [n for n in range(2**50 + 1, 2**50 + 2**27, 2**20) if is_accepted(n, -1, [2])]
    assert proven == [n for n in range(2**50 + 1, 2**50 + 2**27, 2**20) if sympy.isprime(n)]


def test_a_large_factor_needs_its_own_certificate() -> None:
    # PARI's primecert(10^24+7, 1), and the same with the large factor as it is
    certificate = (
        "[1000000000000000000000007, [2, 7, 29, "
        "[2463054187192118226601, 2, [2463054187192118226601, [2, 3, 5, 1543, 1543067]]]]]"
    )
    assert verify(certificate).valid
    assert not verify("[1000000000000000000000007, [2, 7, 29, 2463054187192118226601]]").valid
    assert not verify(certificate.replace("1543067", "5")).valid


def test_the_certificate_of_a_large_factor_may_be_by_elliptic_curves() -> None:
    curves = f"[[{2**64 + 13}, -2929381838, 868924, 12933343713794143276, [9467376588094320717, 7796268169446363853]]]"
    certificate = f"[{44 * (2**64 + 13) + 1}, [2, [{2**64 + 13}, 0, {curves}]]]"
    assert verify(certificate).valid
    assert not verify(certificate.replace("868924", "868926")).valid
