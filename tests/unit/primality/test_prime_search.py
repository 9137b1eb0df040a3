"""The prime next to a number is found, whatever the sieve and an earlier search have removed."""

import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.primality import prime_search
from chalicelib.primality.direction import Direction
from chalicelib.primality.prime_search import find_prime
from chalicelib.primality.result import Verdict

WORD = 2**64


@given(st.one_of(st.integers(3, 200), st.integers(3, 2**70), st.integers(2**399, 2**401), st.integers(3, 2**300)))
@example(3)
@example(WORD + 13)  # the first prime above 2^64
def test_the_next_and_the_previous_prime_are_those_of_sympy(n: int) -> None:
    assert find_prime(n, Direction.NEXT).number == sympy.nextprime(n)
    assert find_prime(n, Direction.PREVIOUS).number == sympy.prevprime(n)


@pytest.mark.parametrize("n", [-(10**400), -(2**70), -1, 0, 1])
def test_the_prime_above_a_number_below_two_is_two(n: int) -> None:
    result = find_prime(n, Direction.NEXT)
    assert (result.number, result.verdict) == (2, Verdict.PRIME)


@pytest.mark.parametrize("width", [1, 7, prime_search.SEGMENT_BITS])
def test_a_search_goes_on_from_where_another_one_stopped(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setattr(prime_search, "SEGMENT_BITS", width)
    reported: list[int] = []
    n = 10**200
    assert find_prime(n, Direction.NEXT, 0, reported.append).number == n + 357
    assert reported == sorted(reported)
    for searched in (reported[-1], reported[3]):
        assert find_prime(n, Direction.NEXT, searched).number == n + 357
    assert find_prime(10**100, Direction.NEXT, 266).number == 10**100 + 267


def test_a_composite_that_passes_for_the_next_prime_is_not_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prime_search.gmpy2, "is_strong_prp", lambda *_: True)
    assert find_prime(10**200, Direction.NEXT).number == 10**200 + 357
    monkeypatch.setattr(prime_search.gmpy2, "next_prime", lambda n: n + 1)
    assert find_prime(10**30, Direction.NEXT).number == 10**30 + 57


@pytest.mark.parametrize("digits", [310, 600])
def test_the_next_prime_of_a_large_number_is_that_of_gmp(digits: int) -> None:
    n = 10**digits
    assert find_prime(n, Direction.NEXT).number == prime_search.gmpy2.next_prime(n)
