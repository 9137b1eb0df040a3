from __future__ import annotations

import pytest

from chalicelib.primality.result import Result, Verdict

MEANINGS = {
    Verdict.PRIME: (True, True),
    Verdict.PROBABLE_PRIME: (True, False),
    Verdict.COMPOSITE: (False, True),
    Verdict.NOT_PRIME: (False, True),
}


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_says_whether_the_number_is_prime_and_whether_that_is_proven(verdict: Verdict) -> None:
    is_prime, proven = MEANINGS[verdict]
    result = Result(7, verdict)
    assert result.is_prime == is_prime
    assert result.proven == proven


@pytest.mark.parametrize("name", ["prime", "composite", "not_prime", "probable_prime"])
def test_a_verdict_is_its_name_in_the_http_contract(name: str) -> None:
    assert Verdict(name) == name
