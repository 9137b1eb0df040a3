"""The text of factors is read as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.factorization.factors import Factor, Factorization, Part
from chalicelib.factorization.notation import METHODS, read, write
from chalicelib.primality.result import Verdict

NUMBERS = st.integers(2, 10**60)
FACTORS = st.builds(
    Factor,
    NUMBERS,
    st.integers(1, 10**4),
    st.sampled_from([Verdict.PRIME, Verdict.PROBABLE_PRIME, Verdict.COMPOSITE]),
    st.sampled_from([*METHODS.values()]),
    st.booleans(),
)
PARTS = st.builds(Part, st.sampled_from(["2^32+1", "Φ_15(2,1)"]), st.lists(st.integers(0, 9), min_size=1).map(tuple))


@given(st.builds(Factorization, st.lists(FACTORS, max_size=8), st.none() | NUMBERS, st.lists(PARTS)))
def test_factors_are_read_as_they_were_written(factorization: Factorization) -> None:
    assert read(write(factorization)) == factorization


def test_the_text_is_short() -> None:
    factor = Factor(3, 2, Verdict.PRIME, "trial division")
    assert write(Factorization([factor], 91)) == "3^2Pt,91Cx"


def test_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a factor"):
        read("3^2")
