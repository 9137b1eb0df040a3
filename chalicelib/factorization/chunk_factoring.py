"""The factors of the numbers of a chunk, as the lines of its results: see `primality.lines` and `notation`.

A line ends with ` =` and the factors. Primes above 2^64 are screened, as in every list, and not proven. The
algebraic parts are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.factorization import notation
from chalicelib.factorization.factors import Factorization, check_product, of_prime
from chalicelib.factorization.search import Search
from chalicelib.factorization.words import LIMIT, factor_words, is_word
from chalicelib.numbers import chunk_text
from chalicelib.primality.chunk_screening import ChunkResults, join_lines
from chalicelib.primality.lines import write_line
from chalicelib.primality.result import Verdict
from chalicelib.primality.screening import screen
from chalicelib.thresholds import MAX_SHORT_FACTORING_SECONDS

#: Returns the factors of the composite with this place in its chunk.
Factorize = Callable[[int, int], Factorization]


def factor_chunk(numbers_text: str, factors_of: Factorize) -> ChunkResults:
    """Screen and factor the numbers of a chunk.

    Args:
        numbers_text: The integers, see `numbers.chunk_text`.
        factors_of: Finds the factors of a composite above 2^64.
    """
    numbers = chunk_text.read(numbers_text)
    words = [n for n in numbers if is_word(n)]
    word_lines = map(_word_line, words, factor_words(words))
    return join_lines(
        [next(word_lines) if is_word(n) else _line(n, place, factors_of) for place, n in enumerate(numbers)]
    )


def factorize(composite: int, expression: str | None) -> Factorization:
    """Return the factors of a composite that are found within the limit of a number of a list."""
    search = Search(composite, lambda _: None, limit=MAX_SHORT_FACTORING_SECONDS, proves=False)
    return search.run(expression).factorization


def _word_line(n: int, factors: list[tuple[int, int]]) -> str:
    """Return the line of 1 < n < 2^64 with its factors, made without objects: a list may have 100,000 of them.

    Raises:
        WrongResult: the product of the factors is another number.
    """
    check_product(n, factors)
    least = factors[0][0]
    if least == n:
        return f"P ={n}Pn"
    # A prime that is alone above the limit is what the trial division left.
    letter = "e" if sum(exponent for prime, exponent in factors if prime > LIMIT) > 1 else "t"
    texts = [
        f"{prime}{'' if exponent == 1 else f'^{exponent}'}P{letter if prime > LIMIT else 't'}"
        for prime, exponent in factors
    ]
    return f"C f{least} ={','.join(texts)}"


def _line(n: int, place: int, factors_of: Factorize) -> str:
    result = screen(n)
    if result.verdict is Verdict.NOT_PRIME:
        return write_line(result)
    factorization = of_prime(result) if result.is_prime else factors_of(n, place)
    return f"{write_line(result)} ={notation.write(replace(factorization, parts=[]))}"
