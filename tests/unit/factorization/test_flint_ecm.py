"""FLINT's ECM finds factors of the sizes that its bounds are for."""

import pytest

from chalicelib.factorization.flint_ecm import (
    LEVELS,
    PP1_STARTS,
    factor_by_curve,
    factor_by_pp1,
    factor_of_word,
    levels,
)

P, Q = 10**9 + 7, 2**521 - 1


# The curves are random, and what was computed before decides which they are.
def test_a_factor_of_a_word_is_found() -> None:
    assert any(factor_of_word((2**31 - 1) * (2**32 - 5)) in {2**31 - 1, 2**32 - 5} for _ in range(10))


@pytest.mark.parametrize("prime", [P, 10**14 + 31])
def test_a_curve_finds_a_factor_of_the_size_of_its_level(prime: int) -> None:
    bound, curves = LEVELS[10 if prime == P else 15]
    assert any(factor_by_curve(prime * Q, bound) == prime for _ in range(20 * curves))


@pytest.mark.parametrize(
    "prime",
    [
        pytest.param(432734303169235022444257743643406070685636470757, id="p - 1"),
        pytest.param(159299219085044184689394846597470207765976433426603, id="p + 1"),
    ],
)
def test_a_prime_beside_a_smooth_number_is_found_whatever_its_size(prime: int) -> None:
    assert prime in {factor_by_pp1(prime * Q, 110_000, start) for start in PP1_STARTS}
    assert factor_by_pp1((2**127 - 1) * Q, 100, 3) == 1


def test_a_curve_that_finds_nothing_gives_no_factor() -> None:
    assert factor_by_curve((2**127 - 1) * Q, 200) == 1


def test_the_levels_reach_half_of_the_number_and_start_where_they_are_told() -> None:
    assert levels(400)[0] == LEVELS[10]
    assert levels(200)[-1] == LEVELS[35]
    assert levels(300, 20)[0] == LEVELS[20]
