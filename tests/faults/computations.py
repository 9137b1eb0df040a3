"""The consumers' long computations, in this process and each made once: the tests of faults repeat them at every call.

tests/unit/primality/test_child.py has the child processes.
"""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from chalicelib import thresholds
from chalicelib.consumers import factorizer, list_worker, prover
from chalicelib.factorization.search import Found, Search
from chalicelib.primality import proving, screening
from chalicelib.primality.prime_search import find_prime
from chalicelib.primality.result import Proof, Result

screen = cache(screening.screen)


@cache
def prove(number: int) -> Proof:
    return proving.prove(screen(number))


@cache
def _factor(number: int, expression: str | None, limit: float) -> Found:
    return Search(number, lambda _: None, limit=limit).run(expression)


def compute_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace what consumers call in a child process."""

    def factor(
        number: int, expression: str | None, known: object, seconds: float, limit: float, *_: object, **__: object
    ) -> Found:
        return deepcopy(_factor(number, expression, limit))  # the certificates are taken from it when they are written

    def screen_all(numbers: list[int], *_: object) -> list[Result]:
        return [screen(number) for number in numbers]

    def prove_screened(screened: Result, *_: object) -> Proof:
        return prove(screened.number)

    def search(number: int, direction: Any, searched: int, *_: object) -> Result:
        return find_prime(number, direction, searched)

    for module in (prover, list_worker):
        monkeypatch.setattr(module, "screen_in_child", screen_all)
    monkeypatch.setattr(prover, "search_in_child", search)
    monkeypatch.setattr(prover, "prove_in_child", prove_screened)
    monkeypatch.setattr(factorizer, "factor_in_child", factor)
    monkeypatch.setattr(thresholds, "MAX_INLINE_SECONDS", 0.0)
