from decimal import Decimal, localcontext
from functools import cache
from itertools import count

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from primes_core.verifier import curves
from primes_core.verifier.curves import Step
from primes_core.verifier.refusals import Refused

Point = tuple[int, int]

N = 1009
#: (N^(1/4) + 1)², over which the prime q must be.
MIN_Q = 44


@cache
def order_of_curve(a: int, b: int) -> int:
    return 1 + sum(1 + int(sympy.jacobi_symbol((x**3 + a * x + b) % N, N)) for x in range(N))


def points(a: int, b: int) -> list[Point]:
    roots = {y * y % N: y for y in range(N)}
    found = ((x, roots.get((x**3 + a * x + b) % N)) for x in range(N))
    return [(x, y) for x, y in found if y]


def step(s: int, q: int, a: int, point: Point) -> Step:
    """Return a step with a curve of s·q points."""
    x, y = point
    return Step(N, a, (y * y - x**3 - a * x) % N, x, y, s, q)


def is_accepted(step: Step) -> bool:
    try:
        curves.check(step)
    except Refused:
        return False
    return True


def steps(s: int, min_q: int = MIN_Q, max_q: int = N) -> list[Step]:
    """Return steps from curves of s·q points modulo N; at least one point of each curve makes a proof."""
    for b in count(1):
        q, rest = divmod(order_of_curve(1, b), s)
        if rest == 0 and sympy.isprime(q) and min_q < q < max_q:
            return [step(s, q, 1, point) for point in points(1, b)]
    raise AssertionError


def valid_step() -> Step:
    return next(step for step in steps(1) if is_accepted(step))


@pytest.mark.parametrize("s", [1, 2, 6])
def test_a_step_that_meets_every_condition_is_accepted(s: int) -> None:
    assert any(map(is_accepted, steps(s)))


def test_every_point_of_a_curve_of_prime_order_makes_a_proof() -> None:
    assert all(map(is_accepted, steps(1)))


def test_an_order_that_is_not_that_of_the_curve_is_refused() -> None:
    other = sympy.prevprime(valid_step().q)
    assert other > MIN_Q
    assert not any(is_accepted(step._replace(q=other)) for step in steps(1))


def test_a_point_that_s_takes_to_infinity_is_refused() -> None:
    # Half of the points of a curve of 2q points have order q; (x, 0), which has order 2, is among the others.
    b = next(b for b in count(1) if order_of_curve(1, b) == 2 * 509)
    root = next(x for x in range(N) if (x**3 + x + b) % N == 0)
    with pytest.raises(Refused, match="s·P is the point at infinity"):
        curves.check(step(2, 509, 1, (root, 0)))


def test_a_q_that_is_too_small_is_refused() -> None:
    for step in steps(26, max_q=MIN_Q, min_q=5):
        with pytest.raises(Refused, match="q is too small"):
            curves.check(step)


@given(st.integers(2, 10**40), st.integers(-3, 3) | st.integers(-(10**41), 0))
def test_the_bound_of_q_is_exact(n: int, distance: int) -> None:
    with localcontext(prec=100):
        bound = (Decimal(n).sqrt().sqrt() + 1) ** 2
        q = int(bound) + distance
        assert curves.is_over_bound(q, n) == (q > bound)


def test_a_curve_with_a_cusp_is_refused() -> None:
    # y² = x³ has N points and a group of order N: N would prove itself.
    assert not is_accepted(step(1, N, 0, (1, 1)))


def test_a_curve_with_a_node_is_refused() -> None:
    # y² = (x - r)²(x + 2r) has a group of order N + 1 = 10·101 if 3r is not a square.
    r = next(r for r in count(1) if sympy.jacobi_symbol(3 * r, N) == -1)
    a, b = -3 * r * r, 2 * r**3
    assert not any(is_accepted(step(10, 101, a, point)) for point in points(a, b))


#: The numbers of a valid step that are changed, and the reason for which it is refused.
CHANGES = [
    *(({"q": q}, "not one that a curve") for q in (0, -509, 1)),
    *(({"s": s}, "not one that a curve") for s in (0, -1, 2, 3, 1009)),
    ({"b": 0}, "not on the curve"),
    *((change, "is not between") for change in ({"x": -1}, {"y": N}, {"a": N}, {"b": -N})),
    *(({"n": n}, "factor 2 or 3") for n in (-1009, 0, 1, 2, 3, 4, 1010, 1011)),
]


@pytest.mark.parametrize(("changes", "reason"), CHANGES, ids=str)
def test_a_number_out_of_its_range_is_the_reason(changes: dict[str, int], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        curves.check(valid_step()._replace(**changes))
