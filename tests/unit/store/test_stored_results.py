"""A costly result is found by its number until the last task that uses it has expired."""

from dataclasses import replace

import pytest

from chalicelib import clock
from chalicelib.factorization.factors import Factor, Factorization, of_prime
from chalicelib.primality.result import Result, Verdict
from chalicelib.store import certificates, stored_results, table
from chalicelib.store.stored_results import StoredResult
from tests.support.doubles import set_clock

pytestmark = pytest.mark.usefixtures("aws")

P, Q = 10**100 + 267, 10**60 + 7
DAY = 86_400
START = 1_800_000_000
PROVEN = Result(P, Verdict.PRIME, "ECPP", has_certificate=True, seconds=2.0)
FACTOR = Factor(P, 1, Verdict.PRIME, "ECM", has_certificate=True)


def stored(result: Result = PROVEN, factorization: Factorization | None = None) -> StoredResult:
    return StoredResult(
        result=result,
        factorization=factorization,
        computed_at=clock.rfc3339(START),
        certificate_key="certificates:1",
        expires_at=START + 30 * DAY,
    )


def composite(*factors: Factor, cofactor: int | None = None) -> StoredResult:
    """Return what is known of 3·P·Q."""
    return stored(Result(3 * P * Q, Verdict.COMPOSITE), Factorization([*factors], cofactor))


NOTHING = composite(cofactor=3 * P * Q)
ONE = composite(Factor(3, 1, Verdict.PRIME, "trial division"), cofactor=P * Q)
ALL = composite(Factor(3, 1, Verdict.PRIME, "trial division"), Factor(Q, 1, Verdict.PRIME, "ECM"), FACTOR)
UNPROVEN = composite(
    Factor(3, 1, Verdict.PRIME, "trial division"), replace(FACTOR, verdict=Verdict.PROBABLE_PRIME), FACTOR
)


def test_a_result_is_found_by_its_number_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, START)
    for each in (stored(), ALL):
        stored_results.keep(each)
        assert stored_results.find(each.result.number) == each
    assert stored_results.find(P + 2) is None
    item = table.get(stored_results.key(P), 0)
    assert item is not None
    assert set(item) == {"task_id", "part", "result", "computed_at", "certificate_key", "unknown_bits", "expires_at"}


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        pytest.param(NOTHING, ONE, ONE, id="more"),
        pytest.param(ALL, ONE, ALL, id="less"),
        pytest.param(ALL, UNPROVEN, ALL, id="not proven"),
        pytest.param(stored(), stored(replace(PROVEN, verdict=Verdict.PROBABLE_PRIME)), stored(), id="probable"),
        pytest.param(
            stored(), replace(stored(), certificate_key="2"), replace(stored(), certificate_key="2"), id="the same"
        ),
    ],
)
def test_a_result_is_replaced_by_one_that_knows_as_much(
    monkeypatch: pytest.MonkeyPatch, first: StoredResult, second: StoredResult, kept: StoredResult
) -> None:
    set_clock(monkeypatch, START)
    stored_results.keep(first)
    stored_results.keep(second)
    assert stored_results.find(kept.result.number) == kept


def test_an_expired_result_is_not_found_and_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    passing = set_clock(monkeypatch, START)
    stored_results.keep(ALL)
    passing.seconds += 31 * DAY
    assert stored_results.find(ALL.result.number) is None
    later = replace(ONE, expires_at=START + 60 * DAY)
    stored_results.keep(later)
    assert stored_results.find(ALL.result.number) == later


@pytest.mark.parametrize("used", [stored(), ALL], ids=["of the number", "of a factor"])
def test_a_result_and_its_certificates_outlive_every_task_that_uses_it(
    monkeypatch: pytest.MonkeyPatch, used: StoredResult
) -> None:
    passing = set_clock(monkeypatch, START)
    monkeypatch.setattr(certificates, "MAX_PART_BYTES", 10)
    certificates.write(used.certificate_key, used.expires_at, P, "of several parts " * 3)
    stored_results.keep(used)
    expires_at = used.expires_at
    for _ in range(13):
        passing.seconds += 29 * DAY
        until = int(passing.seconds) + 14 * DAY
        found = stored_results.find(used.result.number, until)
        if found is None:
            break
        item = table.get(stored_results.key(used.result.number), 0)
        assert item is not None
        expires_at = int(item["expires_at"])
        assert expires_at >= until
        passing.seconds, now = expires_at - 1, passing.seconds
        assert certificates.read(used.certificate_key, P)
        passing.seconds = now
        assert certificates.renew(used.certificate_key, expires_at - 1, P), "another task renewed it for longer"
    assert passing.seconds > START + 300 * DAY
    assert found is None, "it has no bound"
    assert expires_at <= START + stored_results.MAX_AGE_SECONDS


def test_a_result_whose_certificate_is_missing_serves_no_later_task(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, START)
    stored_results.keep(stored())
    assert stored_results.find(P, START + 31 * DAY) is None


def test_the_certificates_of_each_submission_have_a_key_of_their_own() -> None:
    keys = {stored_results.new(task_id, expires_at)[0] for task_id in ("a", "b") for expires_at in (1, 2)}
    assert len(keys) == 4
    assert stored_results.new("a", 1)[0] in keys


@pytest.mark.parametrize(
    ("known", "suffices", "suffices_for_factors"),
    [
        pytest.param(stored(), True, True, id="prime"),
        pytest.param(stored(factorization=of_prime(PROVEN)), True, True, id="prime, its only factor"),
        pytest.param(stored(replace(PROVEN, verdict=Verdict.PROBABLE_PRIME)), False, False, id="probable prime"),
        pytest.param(stored(Result(P * Q, Verdict.COMPOSITE)), True, False, id="composite"),
        pytest.param(ONE, True, False, id="a factor"),
        pytest.param(UNPROVEN, True, False, id="a factor that is not proven"),
        pytest.param(ALL, True, True, id="all factors"),
    ],
)
def test_a_result_suffices_where_nothing_is_left_to_compute(
    known: StoredResult, suffices: bool, suffices_for_factors: bool
) -> None:
    assert known.suffices(factors=False) == suffices
    assert known.suffices(factors=True) == suffices_for_factors
