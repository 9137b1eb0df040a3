"""The verifier of the tests refuses a certificate that breaks one condition of the theorem and no other."""

from __future__ import annotations

import json
from itertools import count

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tests.support.ecpp_verifier import Point, is_small_prime, is_valid

N = 1009
#: (N^(1/4) + 1)², over which the prime q must be.
MIN_Q = 44


def order_of_curve(a: int, b: int, n: int = N) -> int:
    return 1 + sum(1 + int(sympy.jacobi_symbol((x**3 + a * x + b) % n, n)) for x in range(n))


def points(a: int, b: int, n: int = N) -> list[Point]:
    roots = {y * y % n: y for y in range(n)}
    found = ((x, roots.get((x**3 + a * x + b) % n)) for x in range(n))
    return [(x, y) for x, y in found if y]


def row(s: int, q: int, a: int, point: Point) -> str:
    """Return a certificate of one row, for a curve of s·q points."""
    return json.dumps([[N, N + 1 - s * q, s, a, list(point)]])


def proofs(s: int, *, q_is_prime: bool = True, min_q: int = MIN_Q, max_q: int = N) -> list[str]:
    """Return certificates from curves of s·q points modulo N; at least one point of each curve makes a proof."""
    for b in count(1):
        q, rest = divmod(order_of_curve(1, b), s)
        if rest == 0 and sympy.isprime(q) == q_is_prime and min_q < q < max_q:
            return [row(s, q, 1, point) for point in points(1, b)]
    raise AssertionError


@pytest.mark.parametrize("s", [1, 2, 6])
def test_a_certificate_that_meets_every_condition_is_accepted(s: int) -> None:
    assert any(is_valid(proof, N) for proof in proofs(s))


def test_every_point_of_a_curve_of_prime_order_makes_a_proof() -> None:
    assert all(is_valid(proof, N) for proof in proofs(1))


def test_an_order_that_is_not_that_of_the_curve_is_refused() -> None:
    for proof in proofs(1):
        number, t, s, a, point = json.loads(proof)[0]
        other = sympy.prevprime(number + 1 - t)
        assert other > MIN_Q
        assert not is_valid(row(s, other, a, point), N)


def test_a_point_that_s_takes_to_infinity_is_refused() -> None:
    # Half of the points of a curve of 2q points have order q; (x, 0), which has order 2, is among the others.
    b = next(b for b in count(1) if order_of_curve(1, b) == 2 * 509)
    root = next(x for x in range(N) if (x**3 + x + b) % N == 0)
    assert not is_valid(row(2, 509, 1, (root, 0)), N)


def test_a_q_that_is_not_prime_is_refused() -> None:
    assert not any(is_valid(proof, N) for proof in proofs(2, q_is_prime=False))


def test_a_q_that_is_too_small_is_refused() -> None:
    assert not any(is_valid(proof, N) for proof in proofs(26, max_q=MIN_Q, min_q=5))


def test_a_negative_s_is_refused() -> None:
    number, t, _, a, point = json.loads(next(proof for proof in proofs(1) if is_valid(proof, N)))[0]
    q = number + 1 - t
    assert not is_valid(json.dumps([[number, number + 1 + q, -1, a, point]]), N)


@pytest.mark.parametrize("q", [0, -509])
def test_a_q_below_1_is_refused(q: int) -> None:
    assert not is_valid(row(1, q, 1, points(1, 1)[0]), N)


def test_a_curve_with_a_cusp_is_refused() -> None:
    # y² = x³ has N points and a group of order N: N would prove itself.
    assert not is_valid(row(1, N, 0, (1, 1)), N)


def test_a_curve_with_a_node_is_refused() -> None:
    # y² = (x - r)²(x + 2r) has a group of order N + 1 = 10·101 if 3r is no square.
    r = next(r for r in count(1) if sympy.jacobi_symbol(3 * r, N) == -1)
    a, b = -3 * r * r, 2 * r**3
    assert not any(is_valid(row(10, 101, a, point), N) for point in points(a, b))


def test_an_order_that_s_does_not_divide_is_refused() -> None:
    number, t, s, a, point = json.loads(next(proof for proof in proofs(6) if is_valid(proof, N)))[0]
    assert not is_valid(json.dumps([[number, t - 1, s, a, point]]), N)


def test_a_certificate_of_another_number_is_refused() -> None:
    proof = next(proof for proof in proofs(1) if is_valid(proof, N))
    assert not is_valid(proof, N + 4)


@pytest.mark.parametrize("p", [2, 97, 2**61 - 1])
def test_a_small_prime_certifies_itself(p: int) -> None:
    assert is_valid(str(p), p)


def test_a_number_certifies_no_other_number() -> None:
    assert not is_valid("97", 101)


@pytest.mark.parametrize("n", [91, 2**61 - 3, 2**64 + 13], ids=["small", "61 bits", "a prime above 2^64"])
def test_a_composite_and_a_large_prime_do_not_certify_themselves(n: int) -> None:
    assert not is_valid(str(n), n)


@pytest.mark.parametrize(
    "n", [3215031751, 318665857834031151167461, 3317044064679887385961981], ids=["4 bases", "12 bases", "13 bases"]
)
def test_a_strong_pseudoprime_to_the_first_prime_bases_is_no_prime(n: int) -> None:
    # ψ4, ψ12 and ψ13 of Sorenson and Webster (2017)
    assert not is_small_prime(n)


@given(st.integers(0, 2**70))
def test_the_verifiers_own_test_of_small_primes_agrees_with_sympy(n: int) -> None:
    assert is_small_prime(n) == sympy.isprime(n)
