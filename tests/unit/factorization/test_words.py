"""Numbers below 2^64 are factored at once, and all factors are proven."""

import math

import gmpy2
import pytest
from flint import fmpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.factorization.words import factor_of_word, factor_words, is_word


def least_factors(limit: int) -> list[int]:
    """Return the least prime factor of each number below a limit, by a sieve."""
    least = list(range(limit))
    for p in range(2, int(limit**0.5) + 1):
        if least[p] == p:
            for multiple in range(p * p, limit, p):
                least[multiple] = min(least[multiple], p)
    return least


@pytest.mark.slow
@pytest.mark.parametrize("limit", [pytest.param(20_000), pytest.param(1_000_000, marks=pytest.mark.deep)])
def test_all_small_numbers_have_the_factors_of_a_sieve(limit: int) -> None:
    least = least_factors(limit)
    for n, factors in enumerate(factor_words([*range(2, limit)]), start=2):
        rest, expected = n, []
        while rest > 1:
            expected.append(least[rest])
            rest //= least[rest]
        found = [prime for prime, exponent in factors for _ in range(exponent)]
        assert found == expected


words = st.integers(2, 2**64 - 1)
primes_of_32_bits = st.integers(2**31, 2**32 - 6).map(gmpy2.next_prime).map(int)
hard_words = st.tuples(primes_of_32_bits, primes_of_32_bits).map(math.prod) | primes_of_32_bits.map(lambda p: p * p)


@given(st.lists(words | hard_words, max_size=100))
def test_many_words_are_products_of_primes_in_order(numbers: list[int]) -> None:
    for number, found in zip(numbers, factor_words(numbers), strict=True):
        primes = [prime for prime, _ in found]
        assert math.prod(prime**exponent for prime, exponent in found) == number
        assert primes == sorted(set(primes))
        assert all(fmpz(prime).is_prime() for prime in primes)


def test_words_end_at_2_to_the_64() -> None:
    assert [is_word(n) for n in (-5, 0, 1, 2, 2**64 - 1, 2**64)] == [False, False, False, True, True, False]


# The curves are random, and what was computed before decides which they are.
def test_a_factor_of_a_word_is_found() -> None:
    assert any(factor_of_word((2**31 - 1) * (2**32 - 5)) in {2**31 - 1, 2**32 - 5} for _ in range(10))
