"""Numbers below 2^64 are factored at once, and all factors are proven."""

from __future__ import annotations

import pytest

from chalicelib.factorization.factors import ITSELF
from chalicelib.factorization.words import factor_word, is_word
from chalicelib.primality.result import Verdict


def least_factors(limit: int) -> list[int]:
    """Return the least prime factor of each number below a limit, by a sieve."""
    least = list(range(limit))
    for p in range(2, int(limit**0.5) + 1):
        if least[p] == p:
            for multiple in range(p * p, limit, p):
                least[multiple] = min(least[multiple], p)
    return least


@pytest.mark.parametrize("limit", [pytest.param(20_000), pytest.param(1_000_000, marks=pytest.mark.deep)])
def test_all_small_numbers_have_the_factors_of_a_sieve(limit: int) -> None:
    least = least_factors(limit)
    for n in range(2, limit):
        rest, expected = n, []
        while rest > 1:
            expected.append(least[rest])
            rest //= least[rest]
        found = [factor.number for factor in factor_word(n).factors for _ in range(factor.exponent)]
        assert found == expected


def test_words_end_at_2_to_the_64() -> None:
    assert [is_word(n) for n in (-5, 0, 1, 2, 2**64 - 1, 2**64)] == [False, False, False, True, True, False]


def test_every_factor_of_a_word_is_proven() -> None:
    assert {factor.verdict for factor in factor_word(2**64 - 1).factors} == {Verdict.PRIME}
    assert [factor.method for factor in factor_word(2**64 - 59).factors] == [ITSELF]
