"""Numbers below 2^64 are factored at once, and all factors are proven."""

import math

import gmpy2
from flint import fmpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.factorization.words import factor_of_word, factor_words, is_word

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
