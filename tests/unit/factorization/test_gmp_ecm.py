"""GMP-ECM finds factors of the sizes that its bounds are for."""

from itertools import count
from pathlib import Path

import pytest

from chalicelib.factorization.gmp_ecm import LEVELS, factor_by_curve, levels, library_path

Q = 2**521 - 1


@pytest.mark.parametrize(("digits", "prime"), [(10, 10**9 + 7), (15, 10**14 + 31), (20, 10**19 + 51)])
def test_curves_find_a_factor_of_the_size_of_their_level(digits: int, prime: int) -> None:
    bound, curves = LEVELS[digits]
    assert any(factor_by_curve(prime * Q, bound, sigma) == prime for sigma in range(10 * curves))


def test_a_curve_is_the_same_for_the_same_sigma() -> None:
    sigma = next(sigma for sigma in count() if factor_by_curve((10**14 + 31) * Q, 2_000, sigma) > 1)
    assert factor_by_curve((10**14 + 31) * Q, 2_000, sigma) == 10**14 + 31


def test_a_curve_that_finds_nothing_gives_no_factor() -> None:
    assert factor_by_curve((2**127 - 1) * Q, 200, 2**40) == 1


def test_the_levels_reach_half_of_the_number() -> None:
    assert levels(400)[0] == LEVELS[10]
    assert levels(200)[-1] == LEVELS[35]


def test_without_the_library_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match="install passagemath-libecm"):
        library_path(tmp_path)
