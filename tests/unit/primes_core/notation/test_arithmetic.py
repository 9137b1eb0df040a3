import math
from collections.abc import Callable

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from primes_core.notation.arithmetic import Arithmetic
from primes_core.notation.budget import Budget
from primes_core.notation.integers import NotANumber, TooLarge

MAX_DIGITS = 100
#: Twice the bits of a number of MAX_DIGITS digits, rounded up.
MAX_BITS = 666


@pytest.fixture
def arithmetic() -> Arithmetic:
    return Arithmetic(MAX_DIGITS, Budget(1.0))


@given(st.integers(0, 100))
def test_each_function_has_the_value_of_its_definition(n: int) -> None:
    arithmetic = Arithmetic(MAX_DIGITS, Budget(1.0))
    assert arithmetic.multifactorial(n, 1) == math.factorial(n)
    assert arithmetic.multifactorial(n, 2) == sympy.factorial2(n)
    assert arithmetic.multifactorial(n, 7) == math.prod(range(n, 0, -7))
    assert arithmetic.primorial(n) == (sympy.primorial(n, nth=False) if n > 1 else 1)
    assert Arithmetic(10_000, Budget(1.0)).primorial(99 * n + 2) == sympy.primorial(99 * n + 2, nth=False)
    assert arithmetic.fibonacci(n) == sympy.fibonacci(n)
    assert arithmetic.lucas(n) == sympy.lucas(n)


@given(st.integers(0, 10**6) | st.integers(0, 40), st.integers(0, 40))
def test_a_binomial_coefficient_counts_subsets(n: int, k: int) -> None:
    arithmetic = Arithmetic(10_000, Budget(1.0))
    assert arithmetic.binomial(n, k) == math.comb(n, k)
    if k <= n:
        assert arithmetic.binomial(n, n - k) == math.comb(n, k)


@given(st.integers(-(10**60), 10**60), st.integers(-(10**30), 10**30).filter(bool))
def test_division_is_the_inverse_of_multiplication(quotient: int, divisor: int) -> None:
    assert Arithmetic(MAX_DIGITS, Budget(1.0)).divide(quotient * divisor, divisor) == quotient


@given(st.integers(-(10**60), 10**60), st.integers(2, 10**30), st.data())
def test_a_division_that_leaves_a_remainder_is_refused(quotient: int, divisor: int, data: st.DataObject) -> None:
    remainder = data.draw(st.integers(1, divisor - 1))
    with pytest.raises(NotANumber, match="remainder"):
        Arithmetic(MAX_DIGITS, Budget(1.0)).divide(quotient * divisor + remainder, divisor)


#: For each operation its largest operands that are computed, and the next ones, which are refused.
BOUNDS: dict[str, tuple[Callable[[Arithmetic, int], int], int]] = {
    "power of 2": (lambda a, n: a.power(2, n), MAX_BITS),
    "power of -2": (lambda a, n: a.power(-2, n), MAX_BITS),
    "power of 3": (lambda a, n: a.power(3, n), 420),
    "product": (lambda a, n: a.multiply(2**300, 2**n), MAX_BITS - 301),
    "factorial": (lambda a, n: a.multifactorial(n, 1), 120),
    "double factorial": (lambda a, n: a.multifactorial(n, 2), 211),
    "primorial": (lambda a, n: a.primorial(n), 555),
    "Fibonacci number": (lambda a, n: a.fibonacci(n), 961),
    "Lucas number": (lambda a, n: a.lucas(n), 961),
    "binomial coefficient n over 2": (lambda a, n: a.binomial(2**n, 2), MAX_BITS // 2 + 1),
    "central binomial coefficient": (lambda a, n: a.binomial(2 * n, n), MAX_BITS),
    "number of digits": (lambda a, n: a.number("9" * n, 10), MAX_DIGITS),
}


@pytest.mark.parametrize(("operation", "largest"), BOUNDS.values(), ids=BOUNDS)
def test_a_value_of_up_to_twice_the_digits_is_computed_and_no_larger_one(
    arithmetic: Arithmetic, operation: Callable[[Arithmetic, int], int], largest: int
) -> None:
    # The bound is on an estimate from below: for a central binomial coefficient, k bits of 2k.
    assert operation(arithmetic, largest).bit_length() <= 2 * MAX_BITS
    with pytest.raises(TooLarge, match="100 decimal digits"):
        operation(arithmetic, largest + 1)


#: Operations on operands of some thousand digits, and the estimates of their seconds. A change that raises one refuses
#: an expression that was accepted before: docs/compatibility.md promises that no limit is lowered.
COSTLY: dict[str, tuple[Callable[[Arithmetic], int], float]] = {
    "number": (lambda a: a.number("7" * 9_000, 10), 4.5566e-4),
    "sum": (lambda a: a.add(10**9_000, 7), 8.1763e-7),
    "product": (lambda a: a.multiply(10**5_000, 10**4_000), 1.1736e-4),
    "product of 1,025 bits": (lambda a: a.multiply(2**511, 2**512), 5.3945e-7),
    "quotient": (lambda a: a.divide(10**9_000, 10**4_000), 3.4473e-4),
    "quotient of 1,025 bits": (lambda a: a.divide(2**1024, 2**3), 5.5586e-8),
    "power": (lambda a: a.power(10, 9_000), 2.2629e-4),
    "factorial": (lambda a: a.multifactorial(3_000, 1), 3.4727e-4),
    "double factorial": (lambda a: a.multifactorial(5_000, 2), 5.4078e-4),
    "primorial": (lambda a: a.primorial(20_000), 8.0870e-4),
    "Fibonacci number": (lambda a: a.fibonacci(40_000), 6.1160e-4),
    "Lucas number": (lambda a: a.lucas(40_000), 6.1160e-4),
    "binomial coefficient": (lambda a: a.binomial(20_000, 10_000), 1.2482e-2),
}


@pytest.mark.parametrize(("operation", "estimate"), COSTLY.values(), ids=COSTLY)
def test_an_operation_uses_up_the_budget_by_the_same_estimate_in_each_version(
    operation: Callable[[Arithmetic], int], estimate: float
) -> None:
    budget = Budget(1.0)
    operation(Arithmetic(10_000, budget))
    assert 1.0 - budget.seconds == pytest.approx(estimate, rel=1e-4)
    with pytest.raises(TooLarge, match="too long to compute"):
        operation(Arithmetic(10_000, Budget(estimate * 0.99)))


@pytest.mark.parametrize(
    "name", sorted(BOUNDS.keys() - {"product", "binomial coefficient n over 2", "number of digits"})
)
def test_an_operand_of_any_size_is_refused_before_anything_is_computed(arithmetic: Arithmetic, name: str) -> None:
    with pytest.raises(TooLarge):
        BOUNDS[name][0](arithmetic, 10**5000)
