"""The search runs in a child process, and what it found before its deadline is kept."""

import pytest

from chalicelib.factorization import search
from chalicelib.factorization.factoring_child import factor_in_child
from chalicelib.factorization.factors import Factor, Factorization
from chalicelib.primality.progress import Counted, Progress
from tests.support.doubles import end_once
from tests.support.primality import RSA_100


def ignore(_: Progress, __: Factorization) -> None:
    pass


def test_what_was_found_before_the_deadline_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Factor] = []
    end_once(monkeypatch, lambda: seen)
    found = factor_in_child(
        3 * RSA_100, None, None, 60, 900, lambda _, known: seen.extend(known.factors if known else []), interval=0.05
    )
    assert [factor.number for factor in found.factorization.factors] == [3]
    assert found.factorization.cofactor == RSA_100
    assert found.has_more


def test_a_factor_is_told_soon_after_it_was_found() -> None:
    def watch(_: Progress, known: Factorization) -> None:
        if [factor.number for factor in known.factors] == [3]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        factor_in_child(3 * RSA_100, None, None, 60, 900, watch, interval=600)


def test_a_deadline_before_the_first_step_leaves_the_number() -> None:
    found = factor_in_child(3 * RSA_100, None, None, 0.0, 900, ignore)
    assert (found.factorization.factors, found.factorization.cofactor) == ([], 3 * RSA_100)


@pytest.mark.slow
def test_the_progress_counts_the_curves_and_the_percent_of_the_sieve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_ECM_SECONDS", 1.5)
    seen: list[tuple[Progress, Factorization]] = []
    units = set()

    def watch(progress: Progress, known: Factorization) -> None:
        if isinstance(progress, Counted) and progress.done:
            seen.append((progress, known))
            units.add((progress.phase, progress.unit))
        if len(units) > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        factor_in_child(3 * (5**52 + 94) * (3**76 + 28), None, None, 600, 900, watch, interval=0.1)
    assert units == {("ECM", "curves"), ("quadratic sieve", "percent")}
    assert all([factor.number for factor in known.factors] == [3] for _, known in seen)
