import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.numbers.cost import (
    FACTORING,
    PROVING,
    SCREENING,
    factoring_seconds,
    proving_seconds,
    screening_seconds,
)


@pytest.mark.parametrize(
    ("estimate", "points"),
    [(screening_seconds, SCREENING), (proving_seconds, PROVING), (factoring_seconds, FACTORING)],
)
def test_a_computation_of_a_measured_size_costs_what_was_measured(
    estimate: Callable[[int], float], points: Sequence[tuple[int, float]]
) -> None:
    assert [estimate(bits) for bits, _ in points] == pytest.approx([seconds for _, seconds in points])


@given(st.integers(0, 50_000), st.integers(1, 50_000))
def test_a_larger_number_never_costs_less(bits: int, more: int) -> None:
    assert 0 < screening_seconds(bits) <= screening_seconds(bits + more)
    assert 0 < proving_seconds(bits) <= proving_seconds(bits + more)
    assert 0 < factoring_seconds(bits) <= factoring_seconds(bits + more)


def test_between_two_points_and_beyond_the_last_the_time_is_a_power_of_the_bits() -> None:
    assert screening_seconds(0) == pytest.approx(1e-6)
    assert screening_seconds(768) == pytest.approx(0.22e-3 * 1.5 ** math.log2(5))
    assert proving_seconds(8192) == pytest.approx(236.0**2 / 8.0)
