import pytest

from chalicelib.primality.result import Witness, WrongResult, proper_factor


@pytest.mark.parametrize("factor", [17, 1001, 1, 0, -7, 2002])
def test_what_is_no_proper_factor_becomes_no_witness(factor: int) -> None:
    with pytest.raises(WrongResult, match="no proper factor"):
        proper_factor(1001, factor)


def test_a_proper_factor_becomes_a_witness() -> None:
    assert proper_factor(1001, 77) == Witness(factor=77)
