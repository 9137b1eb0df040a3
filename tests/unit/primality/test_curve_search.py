import json
from collections.abc import Iterator

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality import curve_search
from chalicelib.primality.curve_search import DIRECT_BELOW, Row, find_rows
from tests.support import examples
from tests.support.primality import is_valid

PRIME = 2**64 + 13


def primes(min_bits: int, max_bits: int) -> st.SearchStrategy[int]:
    return st.integers(2**min_bits, 2**max_bits).map(sympy.prevprime).filter(lambda p: p > DIRECT_BELOW)


@settings(max_examples=examples(60))
@given(primes(64, 128) | primes(129, 300))
def test_the_rows_of_a_prime_prove_it(p: int) -> None:
    rows = find_rows(p) or []  # of 21,000 primes of up to 128 bits 5 had none
    assert not rows or is_valid(json.dumps(rows), p)
    for n, t, s, *_ in rows:
        q = (n + 1 - t) // s
        assert 4 * n < (q - 1) ** 2, "the condition of Coqprime"


@pytest.mark.slow
def test_rows_are_found_for_nearly_every_prime_of_up_to_512_bits() -> None:
    starts = [2**bits - step * 2 ** (bits - 10) for bits in (100, 128, 200, 300, 400, 512) for step in range(3)]
    found = [(p, find_rows(p)) for p in map(sympy.prevprime, starts)]
    assert sum(rows is not None for _, rows in found) > 15
    assert [p for p, rows in found if rows and not is_valid(json.dumps(rows), p)] == []


def test_where_the_search_cannot_go_on_the_row_before_gets_another(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each row has the trace 0 and s = 1, so that its q is n + 1.
    dead, last = [2**70 + 3, 0, 1], [2**70 + 3, 2**70, 2**10]

    def rows_of(n: int) -> Iterator[Row]:
        return iter([dead, last] if n == 2**70 + 3 else [])

    monkeypatch.setattr(curve_search, "_rows", rows_of)
    assert find_rows(2**70 + 3) == [last]
    assert find_rows(2**71) is None


def test_a_search_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curve_search, "_rows", lambda n: iter([[n, 0, 1]]))
    assert find_rows(PRIME) is None
