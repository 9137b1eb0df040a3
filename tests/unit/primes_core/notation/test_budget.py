import pytest
from hypothesis import given
from hypothesis import strategies as st

from primes_core.notation.budget import Budget, division_seconds, multiplication_seconds, product_seconds
from primes_core.notation.integers import TooLarge

bits = st.integers(0, 10**6)


def test_a_budget_is_spent_to_its_last_second_and_no_further() -> None:
    budget = Budget(1.0)
    budget.spend(0.75)
    budget.spend(0.25)
    with pytest.raises(TooLarge, match="too long to compute"):
        budget.spend(0.001)


@given(bits, bits, bits)
def test_a_larger_operand_never_takes_less_time(a: int, b: int, more: int) -> None:
    assert 0 <= multiplication_seconds(a, b) <= multiplication_seconds(a + more, b)
    assert multiplication_seconds(a, b) == multiplication_seconds(b, a)
    assert 0 <= product_seconds(a) <= product_seconds(a + more)
    assert 0 <= division_seconds(a, b) <= division_seconds(a + more, b)


def test_an_operation_on_up_to_1024_bits_is_free() -> None:
    assert multiplication_seconds(512, 512) == division_seconds(1024, 10) == 0
    assert multiplication_seconds(512, 513) > 0
    assert division_seconds(1025, 10) > 0
    assert division_seconds(3_000, 6_000) == pytest.approx(1.4e-9 * 201), "a larger divisor"
