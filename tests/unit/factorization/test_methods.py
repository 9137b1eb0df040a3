"""Each method gives parts whose product is the number."""

from tempfile import TemporaryFile

import pytest
from gmpy2 import is_prime, next_prime
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.factorization import methods
from chalicelib.primality.progress import Steps

P, Q = 10**9 + 7, 2**61 - 1
R = 10**24 + 7
SIEVE = "MPQS: bound for `large primes' = 8089360\nMPQS: computing relations:"


def test_the_roots_of_a_power_are_found() -> None:
    assert methods.perfect_power(P**5) == [P] * 5
    assert methods.perfect_power(P * Q) == [P * Q]


@given(
    st.integers(2**60, 2**512).map(next_prime).map(int), st.sampled_from([(1, 1), (2, 1), (31, 1), (2, 3), (24, 25)])
)
def test_fermat_finds_primes_whose_ratio_is_near_to_one_of_small_integers(p: int, ratio: tuple[int, int]) -> None:
    q = int(next_prime(p * ratio[0] // ratio[1]))
    assert sorted(methods.fermat(p * q)) == sorted([p, q])


@pytest.mark.parametrize("r", [2, 3, 12, 998])
def test_fermat_finds_pseudoprimes_to_many_bases(r: int) -> None:
    p = next(p for p in range(10**30, 10**31) if is_prime(p) and is_prime(r * (p - 1) + 1))
    assert sorted(methods.fermat(p * (r * (p - 1) + 1))) == [p, r * (p - 1) + 1]


def test_fermat_leaves_other_composites() -> None:
    assert methods.fermat(R * Q) == [R * Q]


@pytest.mark.parametrize(
    "prime",
    [
        pytest.param(432734303169235022444257743643406070685636470757, id="p - 1"),
        pytest.param(159299219085044184689394846597470207765976433426603, id="p + 1"),
    ],
)
def test_a_prime_beside_a_smooth_number_is_found_whatever_its_size(prime: int) -> None:
    assert methods.p_plus_minus_1(prime * (2**521 - 1), 20_000) == [prime, 2**521 - 1]
    assert len(methods.p_plus_minus_1((2**127 - 1) * (2**521 - 1), 20)) == 1


@pytest.mark.parametrize(
    ("output", "steps"),
    [
        ("", None),
        ("IFAC: checking for pure square\n", None),
        (SIEVE, Steps(0, 100, "percent")),
        (SIEVE + " 1% 2%\n  *** Warning: increasing stack size\n 3%", Steps(3, 100, "percent")),
        (SIEVE + " 99%\n" + SIEVE + " 20%", Steps(20, 100, "percent")),
    ],
)
def test_the_steps_are_those_of_the_sieve_that_wrote_last(output: str, steps: Steps | None) -> None:
    with TemporaryFile() as file:
        file.write(output.encode())
        file.flush()
        assert methods.read_steps(file.fileno()) == steps
