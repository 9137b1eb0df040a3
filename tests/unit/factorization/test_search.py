"""The search finds all prime factors, with a proof of each, and ends honestly where its time does not suffice."""

import math
import random
from collections import Counter
from time import monotonic

import pytest
from gmpy2 import next_prime
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.factorization import search
from chalicelib.factorization.factors import ITSELF, KNOWN, Factorization
from chalicelib.factorization.search import Found, Search, check
from chalicelib.primality.result import Verdict, WrongResult
from primes_core.notation.expressions import parse
from primes_core.verifier import verify
from tests.support import examples

#: A prime whose certificate another prime's is not.
PRIME = int(next_prime(10**30))


def run(number: int, expression: str | None = None, known: Factorization | None = None, limit: float = 10.0) -> Found:
    return Search(number, lambda _: None, seconds=600, limit=limit).run(expression, known)


def shown(found: Found) -> dict[int, int]:
    return {factor.number: factor.exponent for factor in found.factorization.factors}


def prime_of(bits: int, seed: int) -> int:
    return int(next_prime(random.Random(seed).getrandbits(bits) | 1 << (bits - 1)))


#: A number whose factors take seconds to find.
HARD = prime_of(100, 1) * prime_of(101, 2)
#: Primes of 2 to 36 bits, each with its exponent, and perhaps one of 37 to 120 bits.
SMALL = st.lists(st.tuples(st.integers(2, 36), st.integers(0, 99), st.integers(1, 3)), min_size=1, max_size=3)
LARGE = st.none() | st.tuples(st.integers(37, 120), st.integers(0, 99))


@settings(max_examples=examples(25))
@given(SMALL, LARGE)
@example([(36, 0, 3)], (110, 0))  # estimated at 11 s
def test_products_of_primes_of_every_shape_are_factored(
    small: list[tuple[int, int, int]], large: tuple[int, int] | None
) -> None:
    expected = Counter[int]()
    for bits, seed, exponent in [*small, *([(*large, 1)] if large else [])]:
        expected[prime_of(bits, seed)] += exponent
    found = run(math.prod(prime**exponent for prime, exponent in expected.items()), limit=math.inf)
    assert shown(found) == expected
    assert not found.has_more
    assert all(factor.verdict is Verdict.PRIME for factor in found.factorization.factors)


@pytest.mark.parametrize(
    "primes",
    [
        pytest.param({prime_of(512, 1): 1, int(next_prime(prime_of(512, 1))): 1}, id="close factors"),
        pytest.param({prime_of(60, 1): 4}, id="perfect power"),
        pytest.param({prime_of(40, 1): 3, prime_of(45, 2): 2}, id="equal factors"),
        pytest.param({prime_of(64, 1): 1, prime_of(64, 2): 1}, id="two of 64 bits"),
        pytest.param({prime_of(20, 1): 1, prime_of(600, 2): 1}, id="one large"),
    ],
)
def test_a_hard_shape_is_factored(primes: dict[int, int]) -> None:
    assert shown(run(math.prod(prime**exponent for prime, exponent in primes.items()))) == primes


def test_each_prime_above_2_to_the_64_has_a_certificate_that_verifies() -> None:
    for factor in run(7 * prime_of(60, 1) * prime_of(66, 2)).factorization.factors:
        assert (factor.certificate is not None) == (factor.number > 2**64)
        if factor.certificate is not None:
            verification = verify(factor.certificate)
            assert (verification.valid, verification.number) == (True, factor.number)


@settings(max_examples=examples(25))
@given(st.integers(2, 12), st.integers(2, 30), st.sampled_from("+-"))
def test_the_algebraic_parts_have_all_factors_of_b_to_the_n_plus_or_minus_1(base: int, n: int, sign: str) -> None:
    expression = f"{base}^{n}{sign}1"
    found = run(parse(expression, 100), expression).factorization
    places = Counter(place for part in found.parts for place in part.factors)
    if places:
        assert places == {place: factor.exponent for place, factor in enumerate(found.factors, start=1)}
    for part in found.parts:
        if not set(part.notation) & set("ΦLM"):
            assert parse(part.notation, 100) == math.prod(found.factors[place - 1].number for place in part.factors)


def test_a_certificate_of_another_number_is_refused() -> None:
    (factor,) = (each for each in run(3 * PRIME).factorization.factors if each.number == PRIME)
    assert factor.certificate is not None
    check(PRIME, factor.certificate)
    with pytest.raises(WrongResult, match="not a proof"):
        check(PRIME + 2, factor.certificate)
    with pytest.raises(WrongResult, match="not a proof"):
        check(PRIME, factor.certificate.replace("1", "2", 1))


def test_the_methods_say_how_each_factor_was_found() -> None:
    methods = {factor.number: factor.method for factor in run(2**256 - 1, "2^256-1").factorization.factors}
    assert (methods[65537], methods[641]) == ("algebraic", "trial division")
    assert methods[6700417] == "trial division"  # what is left of 2^32+1
    assert [factor.method for factor in run(7).factorization.factors] == [ITSELF]
    assert methods[59649589127497217] == "quadratic sieve"


def test_a_large_factor_beside_a_smooth_number_is_found() -> None:
    large = 159299219085044184689394846597470207765976433426603  # one less than a product of primes below 200,000
    found = run(large * prime_of(160, 1), limit=30.0).factorization
    assert [(factor.number, factor.method) for factor in found.factors][1] == (large, "p ± 1")


def test_what_takes_longer_than_the_limit_is_left_as_the_cofactor() -> None:
    started = monotonic()
    found = run(6 * HARD, limit=0.5)
    assert monotonic() - started < 30
    assert (shown(found), found.factorization.cofactor) == ({2: 1, 3: 1}, HARD)
    assert found.has_more


def test_parts_whose_factors_are_not_found_are_shown() -> None:
    expression = f"(10^200+27)*{HARD}"
    found = run((10**200 + 27) * HARD, expression, limit=0.0)
    parts = {*shown(found), found.factorization.cofactor}
    assert HARD in parts
    assert len(parts) > 1


def test_a_search_starts_from_the_factors_that_are_known() -> None:
    composite, sent = prime_of(70, 1) * prime_of(75, 2), list[Found]()
    known = run(composite).factorization
    found = Search(composite, sent.append).run(known=known)
    assert sent == []  # no step that may take long
    assert shown(found) == shown(Found(known, ""))
    assert [factor.method for factor in found.factorization.factors] == [factor.method for factor in known.factors]


def test_a_long_search_of_what_a_short_one_has_left_begins_with_the_sieve() -> None:
    sent = list[Found]()
    Search(6 * HARD, sent.append).run(known=run(6 * HARD, limit=0.5).factorization)
    assert [found.method for found in sent] == ["perfect power", "quadratic sieve"]


@pytest.mark.parametrize(("proves", "share"), [(True, search.ECM_SHARE), (False, math.inf)])
def test_ecm_gets_a_share_of_the_time_of_a_sieve_that_follows(
    monkeypatch: pytest.MonkeyPatch, proves: bool, share: float
) -> None:
    given_seconds: list[float] = []

    def curves(_: Search, __: int, seconds: float) -> tuple[()]:
        given_seconds.append(seconds)
        return ()

    monkeypatch.setattr(Search, "_curves", curves)
    monkeypatch.setattr(search.methods, "sieve", lambda n, **_: [n])
    for limit in (30.0, math.inf) if proves else (30.0,):
        Search(prime_of(120, 1) * prime_of(121, 2), lambda _: None, limit=limit, proves=proves).run()
    assert set(given_seconds) == {share * search.factoring_seconds(241)}


def test_curves_end_with_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_ECM_SECONDS", 0.05)
    assert run(HARD**2 + 2, limit=30.0).has_more


def test_a_search_has_curves_of_its_own_unless_its_seed_is_given() -> None:
    assert len({Search(91, lambda _: None).seed for _ in range(3)}) == 3


def test_what_was_found_is_sent_before_each_step_that_may_take_long() -> None:
    sent = list[Found]()
    Search(15 * prime_of(60, 1) * prime_of(61, 2), sent.append).run()
    assert [found.method for found in sent] == ["perfect power", "Fermat", "ECM", "quadratic sieve"]
    assert all(shown(found) == {3: 1, 5: 1} and not found.factorization.complete for found in sent)


def test_no_proof_is_made_where_none_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(search.proving, "prove")
    found = Search(3 * PRIME, lambda _: None, proves=False).run()
    assert (shown(found), found.has_more) == ({3: 1, PRIME: 1}, False)


def test_a_known_factor_splits_what_would_take_hours() -> None:
    p, q = prime_of(400, 1), prime_of(401, 2)
    found = Search(p * p * q, lambda _: None, proves=False, hints=(p,)).run()
    assert (shown(found), found.has_more) == ({p: 2, q: 1}, False)
    assert {factor.method for factor in found.factorization.factors} == {KNOWN}


def test_what_the_form_shows_beside_a_known_factor_is_not_called_known() -> None:
    found = Search(2**64 - 1, lambda _: None, hints=(3, 7)).run("2^64-1")
    assert {f.number for f in found.factorization.factors if f.method == KNOWN} == {3}


def test_a_known_factor_that_is_composite_is_split() -> None:
    p, q, r = prime_of(30, 1), prime_of(31, 2), prime_of(400, 3)
    assert shown(Search(p * q * r, lambda _: None, proves=False, hints=(p * q,)).run()) == {p: 1, q: 1, r: 1}
