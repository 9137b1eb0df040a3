"""The search runs in a child process, and what it found before its deadline is kept."""

from __future__ import annotations

import pytest

from chalicelib.factorization.child import factor_in_child
from chalicelib.factorization.factors import Factorization
from chalicelib.primality.progress import Elapsed, Progress
from tests.unit.factorization.test_search import RSA_100


def ignore(_: Progress, __: Factorization) -> None:
    pass


def test_the_factors_come_from_the_child() -> None:
    found = factor_in_child(2**256 - 1, "2^256-1", None, 60, 30, ignore)
    assert found.factorization.complete
    assert len(found.factorization.factors) == 11
    assert not found.has_more


def test_what_was_found_before_the_deadline_is_kept() -> None:
    found = factor_in_child(3 * RSA_100, None, None, 1.0, 900, ignore)
    assert [factor.number for factor in found.factorization.factors] == [3]
    assert found.factorization.cofactor == RSA_100
    assert found.has_more


def test_a_deadline_before_the_first_step_leaves_the_number() -> None:
    found = factor_in_child(3 * RSA_100, None, None, 0.0, 900, ignore)
    assert (found.factorization.factors, found.factorization.cofactor) == ([], 3 * RSA_100)


def test_the_progress_names_the_method_at_work_and_has_the_factors() -> None:
    seen: list[tuple[Progress, Factorization]] = []

    def watch(progress: Progress, known: Factorization) -> None:
        seen.append((progress, known))
        if known.factors:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        factor_in_child(3 * RSA_100, None, None, 60, 900, watch, interval=0.2)
    progress, known = seen[-1]
    assert isinstance(progress, Elapsed)
    assert progress.phase in {"Pollard rho", "ECM", "quadratic sieve"}
    assert [factor.number for factor in known.factors] == [3]
